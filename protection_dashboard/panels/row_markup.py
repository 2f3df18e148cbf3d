# SPDX-License-Identifier: Apache-2.0
"""Rows and the menus of their actions: Horizon's markup, not its templates.

Horizon renders a template for each cell, and for each action of each row:
half of what a page of 20 rows costs. The markup is that of its
``_data_table_row.html`` and ``_data_table_row_actions_dropdown.html``; a test
compares them.
"""

import uuid

from django.utils.formats import localize
from django.utils.html import format_html
from django.utils.html import format_html_join
from django.utils.safestring import mark_safe

_BOX = (
    '<div class="themable-checkbox"><input type="checkbox" name="object_ids" '
    'value="{0}" class="table-row-multi-select" id="{1}">'
    '<label for="{1}"></label></div>'
)
_LINK = '<a {} class="btn data-table-action {}" href="{}">{}</a>'
_BUTTON = (
    '<button {} class="data-table-action {} btn" name="action" {} '
    'type="submit" value="{}__{}__{}">{}</button>'
)
_MENU = (
    '<div class="btn-group">{}<a class="btn btn-default btn-sm '
    'dropdown-toggle" data-toggle="dropdown" href="#">'
    '<span class="fa fa-caret-down"></span></a>'
    '<ul class="dropdown-menu dropdown-menu-right row_actions">{}</ul></div>'
)


def of_row(row):
    """The HTML of a row of a table that is not edited in place."""
    cells = (
        (mark_safe(cell.attr_string), localize(cell.value))  # noqa: S308
        for cell in row
    )
    return format_html(
        '<tr{}>{}</tr>',
        mark_safe(row.attr_string),  # noqa: S308  escaped by Horizon
        format_html_join('', '<td{}>{}</td>', cells),
    )


def of_box(row_id):
    """The HTML of the box that selects a row, named as Horizon reads it."""
    return format_html(_BOX, row_id, str(uuid.uuid4()))


def of_menu(actions, row_id):
    """The HTML of bound actions, of the first as a button of its own."""
    if not actions:
        return ''
    first, *others = actions
    if not others:
        return _action(first, row_id, 'btn-default')
    items = ((_action(one, row_id),) for one in others)
    return format_html(
        _MENU,
        _action(first, row_id, 'btn-default', 'btn-sm'),
        format_html_join('', '<li>{}</li>', items),
    )


def _action(action, row_id, *classes):
    attributes = mark_safe(action.attr_string_nc)  # noqa: S308  escaped there
    if action.method == 'GET':
        return _link(action, attributes, classes)
    small = [one for one in classes if one == 'btn-sm']
    kind = [f'btn-{action.action_type}'] if action.action_type else []
    help_text = getattr(action, 'help_text', '')
    return format_html(
        _BUTTON,
        attributes,
        ' '.join([*small, *action.get_default_classes(), *kind]),
        help_text and format_html('help_text="{}"', help_text),
        action.table.name,
        action.name,
        row_id,
        _label(action),
    )


def _link(action, attributes, classes):
    danger = ['btn-danger'] if action.action_type == 'danger' else []
    css = ' '.join([*classes, *danger, action.get_final_css()])
    return format_html(
        _LINK, attributes, css, action.bound_url, _label(action)
    )


def _label(action):
    """A batch action makes its own when it is asked."""
    label = action.verbose_name
    return label() if callable(label) else label
