# SPDX-License-Identifier: Apache-2.0
"""axe-core finds nothing serious on any page or in any dialog of ours.

Horizon's header, its navigation and its breadcrumb are not ours, and the
colours of links and buttons are the theme's: those of Horizon's default theme
have less contrast (3.6) than axe-core asks for (4.5) on every page.
https://github.com/dequelabs/axe-core/blob/v4.4.3/doc/rule-descriptions.md
"""

import json
import types

from axe_core_python.selenium import Axe
import pytest

from protection_dashboard.panels.shared import point_rows
from tests.support import hostile_project
from tests.support import page_addresses

SERIOUS = ('serious', 'critical')
OURS = {'include': [['#content_body']], 'exclude': [['.page-breadcrumb']]}
OPTIONS = json.dumps(
    {
        'resultTypes': ['violations'],
        'rules': {'color-contrast': {'enabled': False}},
    }
)
DIALOG = {'include': [['.modal-dialog']]}
#: {page: label of an action of its row that opens a dialog}
DIALOGS = {
    'schedules:index': 'Edit Schedule',
    'points:index': 'Restore',
    'plans:index': 'Delete Plan',
}


@pytest.fixture(scope='module')
def place(running_cloud):
    with hostile_project.new_hostile_project() as made:
        yield made


def findings(screen, context):
    """What axe-core finds in a part of the page: 'rule: element'."""
    found = Axe().run(screen.driver, context, OPTIONS)
    return [
        f'{one["id"]}: {node["html"][:200]}'
        for one in found['violations']
        if one['impact'] in SERIOUS
        for node in one['nodes']
    ]


def leads(addresses, ids):
    """``{name: address}`` of the other pages that some addresses lead to."""
    return {
        'points:resource': point_rows.resource_points_address(
            'volume', ids['volume']
        ),
        # its database is gone: the list says so
        'schedules:client_convert': addresses['schedules:index'],
    }


def of_pages(screen, addresses, reached=types.MappingProxyType({})):
    """``{name: findings}`` of the pages that have any.

    ``reached`` are the addresses that those of some names lead to.
    """
    all_findings = {}
    for name, address in addresses.items():
        screen.open(address, reached.get(name))
        all_findings[name] = findings(screen, OURS)
    return {name: some for name, some in all_findings.items() if some}


def of_dialogs(screen, addresses):
    """``{label: findings}`` of the dialogs that have any."""
    all_findings = {}
    for name, label in DIALOGS.items():
        screen.open(addresses[name])
        screen.choose(hostile_project.EVIL[4:40], label)
        screen.dialog()
        all_findings[label] = findings(screen, DIALOG)
    return {name: some for name, some in all_findings.items() if some}


def test_axe_finds_nothing_serious(screen, place):
    addresses = page_addresses.every(place.ids)
    screen.log_in(place.user)
    assert of_pages(screen, addresses, leads(addresses, place.ids)) == {}
    assert of_dialogs(screen, addresses) == {}
    screen.forget()
    screen.log_in('admin')
    assert of_pages(screen, page_addresses.every_of_admin(place.ids)) == {}


def test_nor_in_the_form_that_converts(screen, shown):
    screen.log_in('demo')
    screen.open(shown(name='to convert').address + 'convert/')
    assert findings(screen, OURS) == []
