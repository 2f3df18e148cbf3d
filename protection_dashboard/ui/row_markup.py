# SPDX-License-Identifier: Apache-2.0
"""Rows and the menus of their actions, rendered without templates.

Horizon renders a template for each cell and for each action of each row, which
is half of the cost of a page of 20 rows. The markup is that of Horizon's
``_data_table_row.html`` and ``_data_table_row_actions_dropdown.html``; a test
compares them.
"""

from collections.abc import Iterable
from collections.abc import Sequence
from typing import Any
import uuid

from django.utils import functional
from django.utils.formats import localize
from django.utils.safestring import SafeString

from protection_dashboard.ui.markup import flatatt
from protection_dashboard.ui.markup import format_html
from protection_dashboard.ui.markup import format_html_join

#: id of a lazy text -> the lazy text and what it is translated to
Translations = dict[int, tuple[object, str]]
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


def row_html(row: Any, attributes: dict[Any, str]) -> SafeString:
    """The HTML of a row of a table that is not edited in place.

    ``attributes`` is an empty dict, the same for all rows of a table: the
    cells of most columns have the same ones.
    """
    cells = (
        (_cell_html(cell, attributes), localize(cell.value)) for cell in row
    )
    return format_html(
        '<tr{}>{}</tr>',
        flatatt(row.get_final_attrs()),
        format_html_join('', '<td{}>{}</td>', cells),
    )


def _cell_html(cell: Any, known: dict[Any, str]) -> str:
    column = cell.column
    if cell.attrs or column.link or column.status:
        return flatatt(cell.get_final_attrs())
    if column not in known:
        known[column] = flatatt(cell.get_final_attrs())
    return known[column]


def checkbox_html(row_id: str) -> SafeString:
    """The HTML of the checkbox that selects a row, with Horizon's name."""
    return format_html(_BOX, row_id, str(uuid.uuid4()))


def menu_html(actions: Sequence[Any], row_id: str, texts: Translations) -> str:
    """The HTML of bound actions; the first one is a separate button.

    ``texts`` is an empty dict, the same for all rows of a table: what is
    lazily translated is translated once.
    """
    if not actions:
        return ''
    first, *others = actions
    if not others:
        return _action_html(first, row_id, texts, 'btn-default')
    items = ((_action_html(one, row_id, texts),) for one in others)
    return format_html(
        _MENU,
        _action_html(first, row_id, texts, 'btn-default', 'btn-sm'),
        format_html_join('', '<li>{}</li>', items),
    )


def _action_html(
    action: Any, row_id: str, texts: Translations, *classes: str
) -> SafeString:
    attributes = flatatt(action.get_final_attrs(classes=False))
    label = _translated_once(_label(action), texts)
    if action.method == 'GET':
        return _link_html(action, attributes, classes, label)
    small = [one for one in classes if one == 'btn-sm']
    kind = [f'btn-{action.action_type}'] if action.action_type else []
    help_text = _translated_once(getattr(action, 'help_text', ''), texts)
    return format_html(
        _BUTTON,
        attributes,
        ' '.join([*small, *action.get_default_classes(), *kind]),
        help_text and format_html('help_text="{}"', help_text),
        action.table.name,
        action.name,
        row_id,
        label,
    )


def _link_html(
    action: Any, attributes: str, classes: Iterable[str], label: object
) -> SafeString:
    danger = ['btn-danger'] if action.action_type == 'danger' else []
    css = ' '.join([*classes, *danger, action.get_final_css()])
    return format_html(_LINK, attributes, css, action.bound_url, label)


def _label(action: Any) -> object:
    """The label of an action; a batch action computes it on access."""
    label = action.verbose_name
    return label() if callable(label) else label


def _translated_once(label: object, texts: Translations) -> object:
    if not isinstance(label, functional.Promise):
        return label
    if id(label) not in texts:
        # with the label itself: as long as it is there, its id is its own
        texts[id(label)] = label, str(label)
    return texts[id(label)][1]
