# SPDX-License-Identifier: Apache-2.0
"""What Mistral's executor says of a schedule that nobody can read."""

import pytest

from protection_dashboard.api.mistral import client as mistral
from protection_dashboard.common import clock
from protection_dashboard.executions import service as execution_service
from protection_dashboard.plans import document as plan_document
from protection_dashboard.workflows import definitions
from tests.support import factories
from tests.support.waiting import until

GIVEN = {
    'workflow': 'protection.plan.none',
    'schedule': 'none',
    'name': 'odd',
    'pattern': '0 3 29 2 *',
    'zone': 'America/New_York',
}


@pytest.fixture
def fired(demo):
    """``fired(**given)``: what became of a gate that is told that."""
    made = []

    def of(**given):
        workflow_id = definitions.shared_workflow_id(demo, 'gate')
        armed = clock.now().isoformat(timespec='seconds')
        run = mistral.execution_create(
            demo, workflow_id, {**GIVEN, 'armed': armed, **given}
        )
        made.append(run.id)
        return until(lambda: ended(run.id))

    def ended(run_id):
        run = mistral.execution_get(demo, run_id)
        return run if run.state in ('SUCCESS', 'ERROR') else None

    yield of
    for run_id in made:
        mistral.execution_delete(demo, run_id)


@pytest.mark.parametrize(
    ('given', 'sentence'),
    [
        ({'end': '2026-02-31T00:00'}, "Must be a time such as"),
        ({'zone': 'Mars/Phobos'}, "This time zone is not known"),
        ({'pattern': 'foo'}, "A pattern has exactly five fields"),
        ({'armed': 'never'}, "The trigger does not tell what a schedule"),
    ],
)
def test_a_gate_says_in_a_sentence_what_it_cannot_read(fired, given, sentence):
    run = fired(**given)
    assert run.state == 'ERROR'
    assert sentence in run.state_info
    assert "object at 0x" not in run.state_info
    assert "exception" not in run.state_info.lower()


@pytest.mark.parametrize('zone', ['America/New_York', 'Asia/Tokyo'])
def test_a_gate_without_an_end_in_sight_goes_on(fired, zone):
    """Up to version 0.1.0 the form took such a day for "for ever"."""
    run = fired(end='9999-12-31T23:59', zone=zone)
    assert (run.state, run.output) == ('SUCCESS', '{"due": false}')


def test_a_plan_in_no_zone_makes_copies_and_says_why_none_goes(sandbox, demo):
    document = sandbox.document(factories.volume(demo, 'scratch'), '0 3 1 1 *')
    document['retention'] = {'last': 1}
    document['schedules'][0]['zone'] = 'Mars/Phobos'
    text = plan_document.workflow_definition(document)
    flow = mistral.workflow_create(demo, text)
    for _one in range(2):
        plan = plan_document.Plan(document, flow.id)
        run = sandbox.ended(execution_service.execute_plan(demo, plan))
        assert (run.state, run.reason) == ('SUCCESS', '')
        assert run.troubles == (
            "Nothing was removed: This time zone is not known: choose one of "
            "the list.",
        )
    assert len(sandbox.points(document)) == 2
