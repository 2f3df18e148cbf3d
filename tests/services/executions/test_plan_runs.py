# SPDX-License-Identifier: Apache-2.0
"""Runs of plans in the real Mistral: what they protect, and what fails."""

import datetime
import uuid

import pytest

from protection_dashboard.protections.base import Mark
from tests.support import factories
from tests.support.sandboxes import with_entry
from tests.support.sandboxes import with_resources

HOSTILE = (
    '{{ 7*7 }} <% 1 + 1 %> {$ 7*7 $}',
    '"double" \'single\' \\ `back` Zürich 備份 Ωmega',
    '<script>alert(1)</script> %(name)s ${name} %s: - #',
)


def _attached(sandbox, web_data, orders_db):
    off = sandbox.document(orders_db, force=False)
    return with_resources(sandbox.document(web_data), off)


def _forced(sandbox, web_data, orders_db):
    forced = sandbox.document(orders_db, force=True)
    return with_resources(sandbox.document(web_data), forced)


def _missing(sandbox, web_data, orders_db):
    return with_entry(sandbox.document(web_data), id=str(uuid.uuid4()))


def _unknown(sandbox, web_data, orders_db):
    return with_entry(sandbox.document(web_data), protection='shields')


CASES = {
    'attached': _attached,
    'forced': _forced,
    'missing': _missing,
    'unknown': _unknown,
}


@pytest.fixture(scope='module')
def documents(module_sandbox, demo, alt):
    """Documents by case; ``foreign`` names a volume of another project."""
    volumes = [factories.volume(demo, n) for n in ('web-data', 'orders-db')]
    made = {
        case: make(module_sandbox, *volumes) for case, make in CASES.items()
    }
    made['foreign'] = module_sandbox.document(
        factories.volume(alt, 'alt-data')
    )
    for text in HOSTILE:
        made[text] = {
            **module_sandbox.document(
                volumes[0], snapshot_name=text, description=f'about {text}'
            ),
            'name': text,
        }
    return made


@pytest.fixture(scope='module')
def runs(module_sandbox, documents):
    """The ended runs of all documents: they ran side by side."""
    under_way = {
        case: module_sandbox.start(d) for case, d in documents.items()
    }
    return {case: module_sandbox.ended(run) for case, run in under_way.items()}


def test_one_failed_resource_does_not_stop_the_others(
    module_sandbox, documents, runs
):
    run = runs['attached']
    assert run.state == 'ERROR'
    assert run.reason == (
        '1 of 2 failed. orders-db: The volume is attached to a server and '
        'Force is off.'
    )
    states = {wait['name']: wait['state'] for wait in run.results}
    assert states == {'web-data': 'ok', 'orders-db': 'failed'}
    assert run.summary == {'ok': 1, 'failed': 1, 'skipped': 0}
    (point,) = module_sandbox.points(documents['attached'])
    assert point.name.startswith('web-data 20')
    assert point.state == 'available'


def test_an_attached_volume_is_protected_by_force(
    module_sandbox, documents, runs
):
    assert runs['forced'].state == 'SUCCESS'
    assert runs['forced'].summary['ok'] == 2
    made = {
        point.resource_id
        for point in module_sandbox.points(documents['forced'])
    }
    wanted = {entry['id'] for entry in documents['forced']['resources']}
    assert made == wanted


@pytest.mark.parametrize('case', ['missing', 'foreign'])
def test_a_volume_that_is_not_there_is_skipped(
    module_sandbox, documents, runs, case
):
    assert runs[case].state == 'ERROR'
    assert runs[case].reason.startswith('Nothing was protected. ')
    assert runs[case].summary == {'ok': 0, 'failed': 0, 'skipped': 1}
    (wait,) = runs[case].results
    assert wait['name'] == documents[case]['resources'][0]['name']
    assert wait['state'] == 'skipped'
    assert wait['reason'] == 'The volume no longer exists.'
    assert module_sandbox.points(documents[case]) == []


@pytest.mark.parametrize('text', HOSTILE)
def test_any_name_survives_byte_for_byte(
    module_sandbox, documents, runs, text
):
    assert runs[text].state == 'SUCCESS', runs[text].reason
    assert runs[text].name == text
    (point,) = module_sandbox.points(documents[text])
    name, _day, _time, _utc = point.name.rsplit(' ', 3)
    assert name == text
    assert point.description == f'about {text}'


def test_what_is_not_installed_is_named(runs):
    assert runs['unknown'].reason == (
        'web-data: The protection shields is not installed here: ask your '
        'administrator for it.'
    )


def test_a_run_of_a_plan_marks_what_it_makes(module_sandbox, executed_plan):
    plan, schedule, run = (
        executed_plan.plan,
        executed_plan.schedule,
        executed_plan.run,
    )
    assert (run.kind, run.plan_id) == ('plan', plan.id)
    assert (run.schedule_id, run.by) == (schedule.id, 'demo')
    assert run.name == plan.name
    mark = Mark(plan=plan.id, schedule=schedule.id, execution=run.id)
    assert executed_plan.point.mark == mark
    metadata = module_sandbox.cinder.volume_snapshots.get(
        executed_plan.point.id
    ).metadata
    requested = metadata.pop('protection_requested')
    point = executed_plan.point
    since = datetime.datetime.fromisoformat(requested) - point.created
    assert abs(since) < datetime.timedelta(seconds=10)
    assert metadata == {
        'protection_plan': plan.id,
        'protection_schedule': schedule.id,
        'protection_execution': run.id,
    }
    late = taken(executed_plan.point) - run.started
    assert late < datetime.timedelta(seconds=10)


def taken(point):
    """The time at the end of a point's name."""
    _name, day, clock, zone = point.name.rsplit(' ', 3)
    assert zone == 'UTC'
    at = datetime.datetime.fromisoformat(f'{day} {clock}+00:00')
    assert abs(point.created - at) < datetime.timedelta(seconds=10)
    return at
