# SPDX-License-Identifier: Apache-2.0
"""What stands in cells: each state of the domain has an icon and a word."""

import pytest

from protection_dashboard import cancels
from protection_dashboard import history
from protection_dashboard import waits
from protection_dashboard.panels import cells
from protection_dashboard.protections import base

WAITS = (*waits.OF_STATE.values(), waits.SKIPPED)


@pytest.mark.parametrize(
    'states',
    [
        (*history.FINAL, *history.OPEN),
        (base.PENDING, base.AVAILABLE, base.ERROR),
        (*WAITS, cancels.BEGUN, cancels.NOT_STARTED),
    ],
)
def test_each_state_has_an_icon_and_a_word(states):
    for state in states:
        icon, colour, word = cells.STATES[state]
        assert f'fa-{icon} text-{colour}' in cells.state(state)
        assert str(word) in cells.state(state)


def test_a_run_either_goes_on_or_has_ended():
    assert not set(history.OPEN) & set(history.FINAL)
    assert set(history.TRIED) < set(history.FINAL)
    assert [history.outcome(state) for state in history.FINAL] == [
        'ok',
        'failed',
        'cancelled',
        'skipped',
    ]
    assert {history.outcome(state) for state in history.OPEN} == {'running'}
