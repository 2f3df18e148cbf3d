# SPDX-License-Identifier: Apache-2.0
"""A schedule and the JSON that a plan's document stores of it."""

import pytest

from protection_dashboard.recurrence.schedule import Schedule

SHORT = {'id': 'x', 'pattern': '30 2 * * *', 'zone': 'UTC'}


@pytest.mark.parametrize(
    'document',
    [
        SHORT,
        {**SHORT, 'paused': True},
        {**SHORT, 'first': '2031-02-01T03:00', 'end': ''},
        {**SHORT, 'pattern': 'foo', 'zone': '', 'retention': {}},
        {**SHORT, 'retention': {'daily': 7}},
        # in the file of a plan it has no id
        {'pattern': '30 2 * * *', 'zone': 'UTC'},
    ],
)
def test_the_document_comes_back_with_the_same_parts(document):
    assert Schedule.from_document(document).document() == document


def test_what_is_not_paused_does_not_say_so():
    found = Schedule.from_document({**SHORT, 'paused': False})
    assert found == Schedule.from_document(SHORT)
    assert found.document() == SHORT
