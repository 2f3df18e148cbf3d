# SPDX-License-Identifier: Apache-2.0
"""What can be retried, what Force helps, and how it is turned on."""

import copy

from hypothesis import given
from hypothesis import strategies as st
import pytest

from protection_dashboard.executions import records
from protection_dashboard.executions import retry
from protection_dashboard.executions import steps
from protection_dashboard.executions import waits
from tests.unit.executions.test_search import run

OFF = "The volume is attached to a server and Force is off."


def wait(state, reason='', protection='volume_snapshot'):
    facts = {
        'protection': protection,
        'type': 'volume',
        'id': 'v',
        'name': 'web',
    }
    return waits.new_wait('point', facts, state=state, reason=reason)


@pytest.mark.parametrize(
    ('facts', 'retried', 'forced'),
    [
        ({'state': 'SUCCESS'}, False, False),
        ({'state': 'ERROR', 'reason': "Quota exceeded"}, True, False),
        ({'state': 'ERROR', 'reason': f"web: {OFF}"}, True, True),
        ({'state': 'ERROR', 'kind': 'once', 'reason': OFF}, False, False),
        (
            {
                'state': 'ERROR',
                'kind': 'once',
                'reason': OFF,
                'input': {'plan': '{}'},
            },
            True,
            True,
        ),
        (
            {
                'state': 'ERROR',
                'kind': 'delete',
                'reason': OFF,
                'points': ({'protection': 'volume_snapshot', 'id': 'p'},),
            },
            True,
            False,
        ),
        ({'state': 'ERROR', 'kind': 'restore', 'reason': OFF}, False, False),
        ({'state': 'ERROR', 'kind': 'notify'}, False, False),
        # it failed, but no resource did
        ({'state': 'ERROR', 'results': (wait('ok'),)}, False, False),
        (
            {'state': 'ERROR', 'results': (wait('ok'), wait('failed', OFF))},
            True,
            True,
        ),
        # the reason of the run is that of one of its resources
        (
            {
                'state': 'ERROR',
                'reason': OFF,
                'results': (wait('failed', 'Quota'),),
            },
            True,
            False,
        ),
        # a method without that option
        (
            {
                'state': 'ERROR',
                'results': (wait('failed', OFF, 'database_backup'),),
            },
            True,
            False,
        ),
    ],
)
def test_what_can_be_retried_and_what_force_helps(facts, retried, forced):
    found = run(**facts)
    assert isinstance(found, records.Execution)
    assert retry.can_be_retried(found) is retried
    assert retry.is_helped_by_force(found) is forced


def document():
    method = {'protection': 'volume_snapshot', 'options': {'force': False}}
    other = {'protection': 'database_backup', 'options': {}}
    return {
        'resources': [
            {'type': 'volume', 'id': 'a', **copy.deepcopy(method)},
            {'type': 'volume', 'id': 'b', **copy.deepcopy(method)},
            {'type': 'database', 'id': 'd', **other},
        ],
        'methods': {'volume': copy.deepcopy(method)},
    }


def forces(found):
    """``force`` of a, of b, of what rules select."""
    parts = [*found['resources'][:2], found['methods']['volume']]
    return [part['options']['force'] for part in parts]


@pytest.mark.parametrize(
    ('only', 'expected'),
    [
        (None, [False] * 3),
        ([{'type': 'volume', 'id': 'a'}], [False] * 3),
        (
            [{'type': 'volume', 'id': 'a', 'force': True}],
            [True, False, False],
        ),
        (
            [{'type': 'volume', 'id': 'ruled', 'force': True}],
            [False, False, True],
        ),
        ([{'type': 'database', 'id': 'd', 'force': True}], [False] * 3),
        ([{'type': 'image', 'id': 'x', 'force': True}], [False] * 3),
    ],
)
def test_force_is_turned_on_where_it_is_wanted_and_nowhere_else(
    only, expected
):
    given_document = document()
    found = steps.document_with_force(given_document, only)
    assert forces(found) == expected
    assert given_document == document()
    assert found['resources'][2]['options'] == {}


@given(
    st.lists(
        st.fixed_dictionaries(
            {
                'type': st.sampled_from(['volume', 'database', 'image']),
                'id': st.sampled_from(['a', 'b', 'd', '']),
                'force': st.booleans(),
            }
        )
    )
)
def test_only_the_options_force_ever_change(only):
    found = steps.document_with_force(document(), only)
    for part in (*found['resources'][:2], found['methods']['volume']):
        part['options']['force'] = False
    assert found == document()
