# SPDX-License-Identifier: Apache-2.0
"""Rows and their menus are what Horizon's templates would render."""

from django.template import loader
from django.utils import safestring
from horizon import forms
from lxml import html
import pytest

from protection_dashboard.ui import row_markup
from protection_dashboard.ui import tables as ui_tables
from protection_dashboard.ui import views as ui_views

_HORIZONS = 'horizon/common/_data_table_row_actions_dropdown.html'


class Link(ui_views.tables.LinkAction):
    name = 'look'
    verbose_name = 'Look <at> "it"'
    url = '/somewhere/?a=1&b=2'
    classes = ('ajax-modal',)


class DangerousLink(Link):
    name = 'leap'
    action_type = 'danger'


class Button(ui_tables.ServiceDeleteAction):
    policy_rules = ()
    help_text = "It's gone & \"stays\" gone."

    @staticmethod
    def action_present(count):
        return 'Delete <b>'

    @staticmethod
    def action_past(count):
        return 'Deleted'


class PlainButton(ui_tables.ServiceBatchAction):
    name = 'run'
    policy_rules = ()

    @staticmethod
    def action_present(count):
        return 'Run'

    @staticmethod
    def action_past(count):
        return 'Ran'


class Table(ui_tables.ServiceTable):
    name = ui_tables.WrappingColumn(lambda datum: f'<{datum}> & "more"')
    size = ui_views.tables.Column(lambda datum: 1.5)
    nothing = ui_views.tables.Column(lambda datum: None)
    safe = ui_views.tables.Column(
        lambda datum: safestring.mark_safe('<i title="a &amp; b">yes</i>'),
        link='/somewhere/',
    )
    told = ui_views.tables.Column(
        lambda datum: datum,
        cell_attributes_getter=lambda data: {'title': f'<{data}>'},
    )
    state = ui_views.tables.Column(
        lambda datum: 'up' if datum == 'one' else 'down',
        status=True,
        status_choices=(('up', True), ('down', False)),
    )

    def get_object_id(self, datum):
        return datum

    class Meta:
        name = 'things'
        row_actions = (Link, DangerousLink, Button, PlainButton)


def shape(markup):
    """Elements in order: name, attributes with classes as a set, text."""
    found = []
    for one in html.fromstring(f'<div>{markup}</div>').iter():
        told = {
            **one.attrib,
            'class': sorted(set(one.get('class', '').split())),
        }
        found.append((one.tag, told, (one.text or '').split()))
    return found


@pytest.mark.parametrize(
    'chosen',
    [
        ['look'],
        ['leap'],
        ['delete'],
        ['look', 'leap', 'delete', 'run'],
        ['delete', 'look'],
        ['run', 'delete'],
        [],
    ],
)
def test_a_menu_is_what_horizon_renders(rf, chosen):
    table = Table(rf.get('/'))
    actions = []
    for name in chosen:
        action = table.base_actions[name]
        action.datum = row_id = 'a"b<c'
        action.bound_url = '/somewhere/?a=1&b=2'
        actions.append(action)
    row_id = 'a"b<c'
    theirs = loader.get_template(_HORIZONS).render(
        {'row_actions': actions, 'row_id': row_id}
    )
    assert shape(row_markup.menu_html(actions, row_id, {})) == shape(theirs)


def test_a_row_is_what_horizon_renders(rf):
    table = Table(rf.get('/'), ['one', 'two'])
    for row in table.get_rows():
        theirs = ui_views.tables.Row.render(row)
        assert shape(row.render()) == shape(theirs)
        assert len(shape(theirs)) > 5


def test_a_box_is_what_horizon_renders():
    row_id = 'a"b<c'
    widget = forms.ThemableCheckboxInput(check_test=lambda value: False)
    attributes = {'class': 'table-row-multi-select', 'id': 'here'}
    theirs = widget.render('object_ids', row_id, attributes)
    ours = row_markup.checkbox_html(row_id)
    drawn = html.fromstring(ours).find('input').get('id')
    assert shape(ours.replace(drawn, 'here')) == shape(theirs)
    assert drawn != html.fromstring(row_markup.checkbox_html(row_id))[0].get(
        'id'
    )
