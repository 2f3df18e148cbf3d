# SPDX-License-Identifier: Apache-2.0
"""What stands in cells: each state of the domain has an icon and a word."""

import pytest

from protection_dashboard.executions import cancellation
from protection_dashboard.executions import records as execution_records
from protection_dashboard.executions import waits
from protection_dashboard.protections import base
from protection_dashboard.ui import cells
from protection_dashboard.workflows import result_states

WAITS = (*waits.WAIT_STATES.values(), result_states.SKIPPED)


@pytest.mark.parametrize(
    'states',
    [
        (*execution_records.FINAL, *execution_records.UNFINISHED),
        (execution_records.LOST,),
        (base.PENDING, base.AVAILABLE, base.ERROR),
        (*WAITS, cancellation.BEGUN, cancellation.NOT_STARTED),
        (cancellation.NOT_RECORDED,),
    ],
)
def test_each_state_has_an_icon_and_a_word(states):
    for state in states:
        icon, colour, word = cells.STATES[state]
        assert f'fa-{icon} text-{colour}' in cells.state_label(state)
        assert str(word) in cells.state_label(state)


def test_a_run_either_goes_on_or_has_ended():
    assert not set(execution_records.UNFINISHED) & set(execution_records.FINAL)
    assert set(execution_records.ATTEMPTED) < set(execution_records.FINAL)
    assert [
        execution_records.execution_outcome(state)
        for state in execution_records.FINAL
    ] == [
        'ok',
        'failed',
        'cancelled',
        'skipped',
    ]
    assert {
        execution_records.execution_outcome(state)
        for state in execution_records.UNFINISHED
    } == {'running'}
