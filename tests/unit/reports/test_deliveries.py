# SPDX-License-Identifier: Apache-2.0
"""Messages that the operator's servers did not take, out of executions."""

import json

from hypothesis import given
from hypothesis import strategies as st
import pytest

from protection_dashboard import settings
from protection_dashboard.api import smtp
from protection_dashboard.notifications import execution_report
from protection_dashboard.reports.health import deliveries


def row(number=None, **facts):
    summary = {'ok': 1, **({'undelivered': number} if number else {})}
    return {
        'workflow_name': 'protection.plan.x',
        'project_id': 'p',
        'state': 'SUCCESS',
        'state_info': None,
        'updated_at': '2026-11-29 12:00:00',
        'output': json.dumps({'summary': summary}),
        **facts,
    }


def of_test(state_info, **facts):
    given = {'state': 'ERROR', 'output': None, **facts}
    return row(
        workflow_name='protection.notify.p', state_info=state_info, **given
    )


DEAD = f"ops@example.org: {smtp.DEAD}"


@pytest.mark.parametrize(
    ('found', 'number'),
    [
        (row(), 0),
        (row(3), 3),
        (row('3'), 0),
        (row(-1), 0),
        (row(10**9), 0),
        (row(3, workflow_name='protection.once.p'), 3),
        (row(output='[' * 100_000), 0),
        (of_test(DEAD), 1),
        (of_test(DEAD, state='SUCCESS'), 0),
        (of_test("nobody@x: The mail server refuses this address."), 0),
        (of_test(None), 0),
    ],
)
def test_only_what_the_operators_servers_did_not_take_counts(found, number):
    assert deliveries.lost_messages(found) == number


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(
                st.sampled_from(['summary', 'undelivered', 'x']), inner
            )
        ),
    )
)
def test_any_output_gives_a_number(output):
    found = deliveries.lost_messages(row(output=json.dumps(output)))
    assert 0 <= found < 10_000


def test_it_tells_how_many_and_when_and_no_text_of_a_tenant():
    late = '2026-11-29 13:05:00'
    check = deliveries.check_of_rows(
        [row(2), row(1, project_id='q', updated_at=late), of_test(DEAD)]
    )
    # a tenant may have started an execution that tells so
    assert check.state == 'ok'
    assert check.advice
    assert str(check.message) == (
        "Not taken by the operator's mail server or channels, as the runs "
        "tell: 4, of 2 projects, the newest at 2026-11-29 13:05 UTC."
    )
    assert deliveries.check_of_rows([row()]).state == 'ok'


def test_a_tenants_own_target_that_fails_is_no_fault_of_the_operators():
    operator = settings.Settings(notify_channels={'ops': 'https://x'})
    notices = [
        execution_report.Notice(
            event='failure', target=target, state=state, reason=reason
        )
        for target, state, reason in [
            ('a@example.org', 'failed', smtp.DEAD),
            ('b@example.org', 'failed', "It refuses this address."),
            ('c@example.org', 'sent', ''),
            ('https://own.example', 'failed', "No answer."),
            ('ops', 'failed', "No answer."),
            ('ops', 'refused', "Not allowed."),
        ]
    ]
    assert execution_report.undelivered(notices, operator) == 2
