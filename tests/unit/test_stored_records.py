# SPDX-License-Identifier: Apache-2.0
"""What release 0.1.0 stored in the services is read as it was meant then.

The values expected here are those that the tenant gave to 0.1.0, and what it
did then; see ``tests/support/stored_records.py``. A reader that understands
it no more would take somebody's plans, schedules or history away with an
update.
"""

import dataclasses
import datetime
from importlib import metadata
import inspect
import json

import pytest
import yaml

from protection_dashboard.common import clock
from protection_dashboard.coverage import exemptions
from protection_dashboard.coverage import freshness
from protection_dashboard.executions import log as execution_log
from protection_dashboard.executions import records as execution_records
from protection_dashboard.executions import results as execution_results
from protection_dashboard.executions import started_by
from protection_dashboard.executions import waits
from protection_dashboard.plans import document as plan_document
from protection_dashboard.protections import base
from protection_dashboard.protections import mark as marks
from protection_dashboard.protections.database_backup import instance_facts
from protection_dashboard.protections.freezer import jobs as freezer_jobs
from protection_dashboard.protections.freezer import permits
from protection_dashboard.protections.freezer import records as freezer_records
from protection_dashboard.recovery_points import pins
from protection_dashboard.recovery_points import removals
from protection_dashboard.recurrence import gate_pattern
from protection_dashboard.recurrence import local_time
from protection_dashboard.retention import policy as retention_policy
from protection_dashboard.retention.rules import Retention
from protection_dashboard.schedules import cron_triggers
from protection_dashboard.schedules import expected_runs
from protection_dashboard.schedules import status as schedule_status
from protection_dashboard.workflows import definitions
from tests.support import stored_records

UTC = datetime.UTC
DAY = datetime.timedelta(days=1)
#: when the cron triggers were read
NOW = datetime.datetime(2026, 11, 29, 6, 22, 59, tzinfo=UTC)
RESOURCES = stored_records.load('resources')
VOLUMES = RESOURCES['volumes']
PLANS = RESOURCES['plans']
NIGHTLY = 'nightly <% 1 + 1 %> {{ 7*7 }} "it\'s" ünï'
MEDIA = 'media <% 1 + 1 %> {{ 7*7 }} "x"'
NOTIFICATION = {
    'on': ['failure', 'success', 'missed'],
    'webhook': 'operators',
    'emails': ['ann@example.org', 'nobody@example.org'],
}
UNDELETED = "The service did not delete it: its status is available."
GONE = "The volume no longer exists."
BROKEN = "Cinder reports the status error."
NO_MAIL = "The operator's mail server refuses this address."


def entry(volume, name=None):
    """A volume in a plan's document, with the options of a form's start."""
    name = name or volume
    return {
        'type': 'volume',
        'id': VOLUMES[volume],
        'name': name,
        'protection': 'volume_snapshot',
        'options': {
            'snapshot_name': name,
            'description': f'Snapshot of volume {name}',
            'force': False,
        },
    }


def other(slug, name, protection, **options):
    """Something else than a volume in a plan's document."""
    return {
        'type': slug,
        'id': RESOURCES[slug],
        'name': name,
        'protection': protection,
        'options': options,
    }


OF_RULES = {
    'snapshot_name': '{name} {date}',
    'description': 'Snapshot of volume orders',
    'force': True,
}
MANY = [
    entry('orders'),
    other(
        'share',
        'files',
        'share_snapshot',
        snapshot_name='files',
        description='Snapshot of share files',
        force=False,
    ),
    other(
        'database',
        'shop',
        'database_backup',
        backup_name='shop',
        description='Backup of database shop',
        incremental=False,
    ),
    other(
        'server',
        'web-1',
        'freezer',
        backup_name='web-1',
        description='Backup of server web-1',
    ),
]
#: label -> the plan's document without version, id and schedules
DOCUMENTS = {
    'nightly': {
        'name': NIGHTLY,
        'description': "Two lines:\n  it's <% $.secret %> {{ env() }} and "
        'back\\slash',
        'resources': [entry('orders'), entry('media', MEDIA)],
        'retention': {
            'last': 2,
            'days': 30,
            'hourly': 24,
            'daily': 7,
            'weekly': 4,
            'monthly': 12,
            'yearly': 3,
        },
        'notification': NOTIFICATION,
        'time_limit': 12,
        'promise': 30,
    },
    'by_rules': {
        'name': 'by rules',
        'description': '',
        'resources': [
            {'type': 'volume', 'id': VOLUMES['pruned'], 'name': 'pruned'}
        ],
        'methods': {
            'volume': {'protection': 'volume_snapshot', 'options': OF_RULES}
        },
        'selectors': [
            {'type': 'volume', 'metadata': {'tier': 'gold'}},
            {'type': 'volume', 'name': 'ord*'},
        ],
        'exclusions': [
            {'type': 'volume', 'id': VOLUMES['media'], 'name': MEDIA},
            {'type': 'volume', 'name': 'scratch*'},
        ],
        'retention': {'days': 14},
    },
    'of_many': {
        'name': 'of many',
        'description': '',
        'resources': MANY,
        'retention': {'last': 5},
    },
    'keeps_one': {
        'name': 'keeps one',
        'description': '',
        'resources': [entry('pruned')],
        'retention': {'last': 1},
        'pins': [
            {
                'protection': 'volume_snapshot',
                'id': '0b09eff4-14fe-4176-8729-53b4ed68bf77',
                'note': 'before the <migration>',
                'by': 'demo',
                'at': '2026-11-29T06:22:11+00:00',
            }
        ],
    },
    'with_failures': {
        'name': 'with failures',
        'description': '',
        'resources': [entry('orders'), entry('broken')],
        'notification': NOTIFICATION,
    },
    'every_minute': {
        'name': 'every minute',
        'description': '',
        'resources': [entry('orders')],
    },
    'gated_every_minute': {
        'name': 'every minute through the gate',
        'description': '',
        'resources': [entry('orders')],
    },
    'slow': {
        'name': 'slow one',
        'description': '',
        'resources': [entry('slow')],
    },
    # so long that YAML folds it within words of the description
    'long': {
        'name': 'with a long description',
        'description': "it's word by word " * 100,
        'resources': [entry('gone')],
    },
    'of_gone': {
        'name': 'of what is gone',
        'description': '',
        'resources': [entry('gone')],
    },
}
#: label -> its schedules, without their ids
SCHEDULES = {
    'nightly': [
        {
            'pattern': '30 2 * * *',
            'zone': 'Europe/Berlin',
            'retention': {'last': 3, 'daily': 14},
        },
        {'pattern': '15 */6 * * *', 'zone': 'UTC'},
        {
            'pattern': '0 22 * * mon-fri',
            'zone': 'America/New_York',
            'paused': True,
        },
        {
            'pattern': '45 5 1 * *',
            'zone': 'Asia/Kolkata',
            'first': '2098-05-01T00:00',
            'end': '2099-01-01T00:00',
        },
    ],
    'by_rules': [{'pattern': '5 3 * * sun', 'zone': 'Europe/London'}],
    'of_many': [{'pattern': '0 */4 * * *', 'zone': 'UTC'}],
    'every_minute': [{'pattern': '* * * * *', 'zone': 'UTC'}],
    'gated_every_minute': [
        {
            'pattern': '* * * * *',
            'zone': 'Europe/Berlin',
            'end': '2099-01-01T00:00',
        }
    ],
}


def plan_of(label):
    return plan_document.plan_or_unreadable(stored_records.workflow(label))


def body_of(definition):
    """The only workflow of a definition, as YAML tells it."""
    content = yaml.safe_load(definition)
    (name,) = content.keys() - {'version'}
    return content[name]


def moment(text):
    return datetime.datetime.fromisoformat(f'{text}+00:00')


@pytest.mark.parametrize('label', DOCUMENTS)
def test_a_plan_comes_back_as_it_was_saved(label):
    workflow = stored_records.workflow(label)
    plan = plan_document.plan_or_unreadable(workflow)
    assert plan.id == PLANS[label]
    assert plan.workflow_id == workflow.id
    found = dict(plan.document)
    schedules = [dict(one) for one in found.pop('schedules')]
    for one in schedules:
        del one['id']
    assert schedules == SCHEDULES.get(label, [])
    told = {'version': 1, 'id': PLANS[label], **DOCUMENTS[label]}
    assert found == told


@pytest.mark.parametrize('label', DOCUMENTS)
def test_a_plan_is_the_same_for_who_reads_the_definition_as_yaml(label):
    workflow = stored_records.workflow(label)
    carried = body_of(workflow.definition)['vars']['plan']
    document = plan_of(label).document
    assert plan_document.decode_document(carried) == document
    # and what today's code saves of it keeps all of it
    saved = plan_document.plan_from_definition(
        plan_document.workflow_definition(document)
    )
    assert saved.document == document


def test_a_resource_by_its_type_has_the_options_of_the_type():
    (found,) = plan_of('by_rules').resources
    assert found == {
        'type': 'volume',
        'id': VOLUMES['pruned'],
        'name': 'pruned',
        'protection': 'volume_snapshot',
        'options': OF_RULES,
    }


def test_a_retention_keeps_what_was_promised():
    plan = plan_of('nightly')
    policy = retention_policy.Policy.from_document(plan.document)
    assert policy.rule == Retention(2, 30, 24, 7, 4, 12, 3)
    assert (policy.plan, policy.zone) == (PLANS['nightly'], 'Europe/Berlin')
    own = {
        plan.schedules[0].id: (Retention(last=3, daily=14), 'Europe/Berlin')
    }
    assert policy.schedules == own
    assert policy.pins == {}


def test_a_pin_keeps_its_point():
    plan = plan_of('keeps_one')
    raw = stored_records.load('recovery_points')['pinned']
    point = base.RecoveryPoint(
        id=raw['id'],
        protection='volume_snapshot',
        resource_type='volume',
        resource_id=raw['volume_id'],
        name=raw['name'],
        description=raw['description'],
        status=raw['status'],
        state=base.AVAILABLE,
        created=clock.parse_utc(raw['created_at']),
        mark=base.Mark.of(raw['metadata']),
    )
    policy = retention_policy.Policy.from_document(plan.document)
    newer = [
        dataclasses.replace(
            point, id=name, created=point.created + number * DAY
        )
        for number, name in enumerate(['old', 'new'], 1)
    ]
    found = retention_policy.retention_verdicts(
        [point, *newer], policy, NOW + 3 * DAY
    )
    assert {one.point.id: (one.keep, str(one.words)) for one in found} == {
        'new': (True, 'kept: the last one'),
        'old': (False, 'removed: no rule keeps it'),
        raw['id']: (True, 'kept: pinned (before the <migration>)'),
    }
    at = pins.pinned_at(plan.pins[raw['id']])
    assert at == moment('2026-11-29 06:22:11')


def briefs(label):
    """The runs of a plan as a list of executions tells them."""
    rows = stored_records.load('executions').values()
    name = definitions.plan_workflow_name(PLANS[label])
    found = [
        execution_log.log_entry(row)
        for row in rows
        if row['workflow_name'] == name
    ]
    return sorted(found, key=lambda run: run.started, reverse=True)


def trigger_of(schedule_id):
    (found,) = [
        one
        for one in stored_records.cron_triggers()
        if schedule_id in one.name
    ]
    return found


def schedule_of(label, number=0, now=NOW, runs=()):
    plan = plan_of(label)
    schedule = plan.schedules[number]
    triggers = cron_triggers.triggers_by_schedule(
        stored_records.cron_triggers()
    ).get(schedule.id, [])
    window = expected_runs.RunWindow(now, now - 7 * DAY)
    return schedule_status.status_of_schedule(
        plan, schedule, triggers, runs, window
    )


#: label, number, UTC pattern, through the gate, next run
ARMED = [
    ('nightly', 0, '0,30 0,1 * * *', True, '2026-11-30 01:30'),
    ('nightly', 1, '15 */6 * * *', False, '2026-11-29 12:15'),
    ('nightly', 3, '15 0 1 * *', True, '2098-05-01 00:15'),
    ('by_rules', 0, '5 2,3 * * 0', True, '2026-12-06 03:05'),
    ('of_many', 0, '0 */4 * * *', False, '2026-11-29 08:00'),
    ('every_minute', 0, '* * * * *', False, '2026-11-29 06:23'),
    ('gated_every_minute', 0, '* * * * *', True, '2026-11-29 06:23'),
]


@pytest.mark.parametrize(
    ('label', 'number', 'pattern', 'gate', 'next_run'), ARMED
)
def test_a_schedule_is_armed_by_its_trigger(
    label, number, pattern, gate, next_run
):
    found = schedule_of(label, number, runs=briefs(label))
    assert (found.state, found.reason, found.by) == ('armed', None, 'demo')
    assert (found.utc_pattern, found.gate) == (pattern, gate)
    assert found.next_run == moment(next_run)
    trigger = trigger_of(found.id)
    assert found.trigger_id == trigger.id
    assert found.armed == clock.parse_utc(trigger.created_at)


def test_a_schedule_that_is_paused_stays_paused():
    found = schedule_of('nightly', 2)
    assert (found.state, found.reason) == ('paused', None)
    assert (found.trigger_id, found.next_run) == ('', None)


def test_a_schedule_holds_from_its_first_moment_to_its_end():
    found = schedule_of('nightly', 3)
    assert found.first == moment('2098-04-30 18:30')
    assert found.end == moment('2098-12-31 18:30')
    late = schedule_of('nightly', 3, moment('2099-01-02 00:00'))
    assert (late.state, late.next_run) == ('ended', None)


def test_a_schedule_follows_the_clocks_of_its_zone():
    """In summer 02:30 in Berlin is half past midnight."""
    trigger = trigger_of(plan_of('nightly').schedules[0].id)
    given = json.loads(trigger.workflow_input)
    due = {
        text: gate_pattern.is_due(
            given['pattern'],
            given['zone'],
            moment(text),
            datetime.datetime.fromisoformat(given['armed']),
        )
        for text in (
            '2026-12-01 00:30',
            '2026-12-01 01:30',
            '2027-07-01 00:30',
            '2027-07-01 01:30',
        )
    }
    assert list(due.values()) == [False, True, True, False]


@pytest.mark.parametrize(
    ('label', 'run'),
    [('every_minute', 'cron'), ('gated_every_minute', 'gated')],
)
def test_what_was_due_did_run(label, run):
    found = schedule_of(label, runs=briefs(label))
    assert [(one.due, one.status) for one in found.expected] == [
        (moment('2026-11-29 06:23'), 'waiting'),
        (moment('2026-11-29 06:22'), 'ok'),
    ]
    assert found.last_run.id == stored_records.execution(run).id
    assert found.expected[1].run == found.last_run


def test_the_gate_s_firing_was_due():
    gate = stored_records.execution('gate')
    given = json.loads(gate.input)
    assert json.loads(gate.output)['due'] is True
    assert gate_pattern.is_due(
        given['pattern'],
        given['zone'],
        clock.parse_utc(gate.created_at),
        datetime.datetime.fromisoformat(given['armed']),
        end=local_time.parse_local_time(given['end']),
    )
    # it is no run of its own
    assert execution_records.parse_execution(gate).kind == ''


def test_every_trigger_belongs_to_one_schedule():
    found = cron_triggers.triggers_by_schedule(stored_records.cron_triggers())
    armed = [
        schedule.id
        for label in SCHEDULES
        for schedule in plan_of(label).schedules
        if not schedule.paused
    ]
    assert sorted(found) == sorted(armed)
    assert {len(triggers) for triggers in found.values()} == {1}
    workflows = {
        workflow['id']
        for workflow in stored_records.load('workflows').values()
    }
    starts = [
        cron_triggers.trigger_environment(trigger)['workflow_id']
        for trigger in stored_records.cron_triggers()
    ]
    assert set(starts) <= workflows


def test_a_plan_tells_how_old_its_newest_copy_may_be():
    nightly, rules = plan_of('nightly'), plan_of('of_many')
    at = moment('2026-11-29 04:00')
    day = freshness.rpo_of_plan(nightly.document, [])
    assert day.fresh_until(at) - at == datetime.timedelta(hours=30)
    found = freshness.rpo_of_plan(rules.document, [schedule_of('of_many')])
    assert found.fresh_until(at) == moment('2026-11-29 10:00')


OK = {'ok': 1, 'failed': 0, 'skipped': 0}
NONE_REMOVED = {**OK, 'removed': 0}


@dataclasses.dataclass(frozen=True)
class Told:
    """What a run tells of itself; ``took`` are seconds, None while it goes.

    ``plan`` is the label of its plan, ``schedule`` the number of its
    schedule in it, or None.
    """

    name: str
    took: int | None
    plan: str = ''
    kind: str = 'plan'
    schedule: int | None = None
    by: str = 'demo'
    state: str = 'SUCCESS'
    reason: str = ''
    summary: dict = dataclasses.field(default_factory=dict)


RUNS = {
    'success': Told(
        NIGHTLY, 5, 'nightly', schedule=0, summary={**NONE_REMOVED, 'ok': 2}
    ),
    'many': Told('of many', 17, 'of_many', summary={**NONE_REMOVED, 'ok': 4}),
    'cron': Told(
        'every minute',
        4,
        'every_minute',
        schedule=0,
        by='',
        summary=NONE_REMOVED,
    ),
    'gated': Told(
        'every minute through the gate',
        4,
        'gated_every_minute',
        schedule=0,
        by='',
        summary=NONE_REMOVED,
    ),
    'failed': Told(
        'with failures',
        5,
        'with_failures',
        state='ERROR',
        reason=f'1 of 2 failed. broken: {BROKEN}',
        summary={**NONE_REMOVED, 'failed': 1},
    ),
    'retry': Told(
        'with failures',
        4,
        'with_failures',
        state='ERROR',
        reason=f'broken: {BROKEN}',
        summary={**NONE_REMOVED, 'ok': 0, 'failed': 1},
    ),
    'nothing_protected': Told(
        'of what is gone',
        3,
        'of_gone',
        state='ERROR',
        reason=f'Nothing was protected. gone: {GONE}',
        summary={**NONE_REMOVED, 'ok': 0, 'skipped': 1},
    ),
    'skipped': Told(
        'slow one',
        2,
        'slow',
        state='SKIPPED',
        reason='The run of 06:21 UTC is still going.',
    ),
    'running_later': Told('slow one', None, 'slow', state='RUNNING'),
    'cancelled': Told('slow one', 7, 'slow', state='CANCELLED'),
    'removal_pending': Told('keeps one', None, 'keeps_one', state='RUNNING'),
    'removed': Told(
        'keeps one', 25, 'keeps_one', summary={**OK, 'removed': 1}
    ),
    'freezer': Told('servers', 16, 'servers', summary=NONE_REMOVED),
    'once': Told('only once', 2, kind='once', summary=OK),
    'restore': Told(
        'orders 2026-11-29 06:22:01 UTC', 1, kind='restore', summary=OK
    ),
    'delete': Told(
        'orders 2026-11-29 06:21:46 UTC + 1',
        4,
        kind='delete',
        summary={**OK, 'ok': 2},
    ),
    'delete_failed': Told(
        'orders 2026-11-29 06:22:36 UTC',
        3,
        kind='delete',
        state='ERROR',
        reason=f'orders 2026-11-29 06:22:36 UTC: {UNDELETED}',
        summary={**OK, 'ok': 0, 'failed': 1},
    ),
    'freezer_delete': Told(
        'web-1 2026-11-29 06:25:41 UTC', 14, kind='delete', summary=OK
    ),
    'notify': Told(
        'nightly',
        0,
        kind='notify',
        state='ERROR',
        reason=f'nobody@example.org: {NO_MAIL}',
    ),
}


def told_by(run):
    """What a Run tells of itself."""
    plan = {PLANS[name]: name for name in PLANS}.get(run.plan_id, '')
    numbers = {
        schedule.id: number
        for name in SCHEDULES
        for number, schedule in enumerate(plan_of(name).schedules)
    }
    took = run.duration(NOW).total_seconds() if run.ended else None
    return Told(
        run.name,
        took,
        plan,
        run.kind,
        numbers[run.schedule_id] if run.schedule_id else None,
        run.by,
        run.state,
        run.reason,
        run.summary,
    )


@pytest.mark.parametrize('label', RUNS)
def test_an_execution_tells_what_ran_and_how_it_ended(label):
    run = execution_records.parse_execution(stored_records.execution(label))
    assert told_by(run) == RUNS[label]


@pytest.mark.parametrize(
    'label', [name for name in RUNS if RUNS[name].kind == 'plan']
)
def test_a_row_of_a_list_tells_the_same_as_the_execution(label):
    run = execution_records.parse_execution(stored_records.execution(label))
    brief = execution_log.log_entry(stored_records.load('executions')[label])
    same = ('id', 'plan_id', 'schedule_id', 'by', 'state', 'reason', 'ended')
    for name in same:
        assert getattr(brief, name) == getattr(run, name), name
    assert brief.started == run.started


def test_a_retry_tells_which_run_it_repeats():
    found = execution_records.parse_execution(
        stored_records.execution('retry')
    )
    assert found.retry_of == stored_records.execution('failed').id
    asked = started_by.retries_filter(stored_records.execution('failed').id)
    assert (
        asked.removeprefix('has:')
        in stored_records.execution('retry').description
    )
    assert found.input['only'] == [{'type': 'volume', 'id': VOLUMES['broken']}]


@pytest.mark.parametrize(
    ('label', 'by_schedule', 'by_hand'),
    [
        ('success', False, True),
        ('retry', False, True),
        ('cron', True, False),
        ('gated', True, False),
    ],
)
def test_who_started_it_is_found_by_mistral_s_filters(
    label, by_schedule, by_hand
):
    told = stored_records.execution(label).description
    asked = {
        started_by.SCHEDULE_FILTER: by_schedule,
        started_by.PERSON_FILTER: by_hand,
        started_by.person_filter('demo'): by_hand,
    }
    for text, expected in asked.items():
        assert (text.removeprefix('has:') in told) is expected, text


POINT = ('point', 'volume_snapshot', 'volume')
ENDED = {
    'success': [(*POINT, 'orders', 'ok', ''), (*POINT, MEDIA, 'ok', '')],
    'many': [
        (*POINT, 'orders', 'ok', ''),
        ('point', 'share_snapshot', 'share', 'files', 'ok', ''),
        ('point', 'database_backup', 'database', 'shop', 'ok', ''),
        ('point', 'freezer', 'server', 'web-1', 'ok', ''),
    ],
    'cron': [(*POINT, 'orders', 'ok', '')],
    'gated': [(*POINT, 'orders', 'ok', '')],
    'failed': [
        (*POINT, 'orders', 'ok', ''),
        (*POINT, 'broken', 'failed', BROKEN),
    ],
    'retry': [(*POINT, 'broken', 'failed', BROKEN)],
    'nothing_protected': [(*POINT, 'gone', 'skipped', GONE)],
    'skipped': [],
    'running_later': [(*POINT, 'slow', 'pending', '')],
    'cancelled': [(*POINT, 'slow', 'pending', '')],
    'removal_pending': [(*POINT, 'pruned', 'ok', '')],
    'removed': [(*POINT, 'pruned', 'ok', '')],
    'freezer': [('point', 'freezer', 'server', 'web-1', 'ok', '')],
    'once': [(*POINT, 'orders', 'ok', '')],
    'restore': [
        (
            'resource',
            'volume_snapshot',
            'volume',
            'orders restored 2026-11-29 06:22',
            'ok',
            '',
        )
    ],
    'delete': [
        ('gone', *POINT[1:], f'orders 2026-11-29 {time} UTC', 'ok', '')
        for time in ('06:21:46', '06:22:01')
    ],
    'delete_failed': [
        (
            'gone',
            *POINT[1:],
            'orders 2026-11-29 06:22:36 UTC',
            'failed',
            UNDELETED,
        )
    ],
    'freezer_delete': [
        (
            'gone',
            'freezer',
            'server',
            'web-1 2026-11-29 06:25:41 UTC',
            'ok',
            '',
        )
    ],
    'notify': [],
}
_TOLD = ('wait', 'protection', 'type', 'name', 'state', 'reason')


def parts_of(label):
    """What a run did, as ``operations.run_details`` reads it."""
    given = json.loads(stored_records.execution(label).input)
    return execution_results.execution_details_of_tasks(
        stored_records.task_results(label), given.get('points') or ()
    )


@pytest.mark.parametrize('label', ENDED)
def test_a_run_tells_what_became_of_each_resource(label):
    found = parts_of(label)['results']
    assert [tuple(w[key] for key in _TOLD) for w in found] == ENDED[label]
    # what was made, or is to go, is known by its id
    for wait in found:
        assert bool(wait['id']) == (wait['state'] != 'skipped'), wait


def test_a_run_s_results_name_resources_and_points():
    (first, second) = parts_of('failed')['results']
    assert first['resource_id'] == VOLUMES['orders']
    assert second['resource_id'] == VOLUMES['broken']
    assert first['id'] == 'd6c67704-7d3d-49a7-a117-4d988b7668d6'
    made = {wait['protection']: wait for wait in parts_of('many')['results']}
    points = stored_records.load('recovery_points')
    assert made['share_snapshot']['id'] == points['share_snapshot']['id']
    assert made['freezer']['id'] == points['freezer']['backup_id']


@pytest.mark.parametrize(
    ('label', 'states'),
    [
        ('removal_pending', ['failed', 'pending']),
        ('removed', ['failed', 'removed']),
        ('success', []),
    ],
)
def test_a_run_tells_what_its_retention_removes(label, states):
    found = parts_of(label)['removed']
    assert [one['state'] for one in found] == states
    assert {one['resource'] for one in found} <= {'pruned'}
    why = [one['why'] for one in found]
    assert why == [UNDELETED, ''][: len(states)]
    for one in found:
        assert one['reason'] == 'removed: no rule keeps it'
        assert one['resource_id'] == VOLUMES['pruned']


def test_removals_are_told_of_before_the_last_task_gave_anything():
    tasks = stored_records.task_results('removal_pending')
    begun = {name: told for name, told in tasks.items() if name != 'notify'}
    found = execution_results.execution_details_of_tasks(begun)['removed']
    assert [one['state'] for one in found] == ['pending', 'pending']


@pytest.mark.parametrize(
    ('label', 'event'),
    [('success', 'success'), ('failed', 'failure'), ('notify', 'test')],
)
def test_a_run_tells_whom_it_told(label, event):
    notices = parts_of(label)['notices']
    told = [
        (n['event'], n['target'], n['state'], n['reason']) for n in notices
    ]
    assert told == [
        (event, 'operators', 'sent', ''),
        (event, 'ann@example.org', 'sent', ''),
        (event, 'nobody@example.org', 'failed', NO_MAIL),
    ]


def test_a_run_that_read_no_plan_tells_why():
    run = execution_records.parse_execution(
        stored_records.execution('resolve_failed')
    )
    why = "Not a plan document: Expecting value: line 1 column 1 (char 0)"
    assert (run.state, run.reason) == ('ERROR', why)
    found = parts_of('resolve_failed')
    assert found['results'] == ()
    assert found['troubles'] == (f"Nobody was told of it: {why}",)


def pending_wait():
    """What a run of 0.1.0 waited for when it was looked at."""
    (wait,) = parts_of('running_later')['results']
    return wait


def test_a_wait_that_is_pending_goes_on_and_ends_in_time():
    wait, since = pending_wait(), clock.now() - datetime.timedelta(hours=25)
    found = waits.unpolled_waits([wait], "Cinder does not answer.")
    assert (found['pending'], found['summary']) == (
        1,
        {'ok': 0, 'failed': 0, 'skipped': 0},
    )
    assert found['results'] == [{**wait, 'reason': "Cinder does not answer."}]
    ended = waits.unpolled_waits(
        [wait], "Cinder is away.", waits.TimeLimit(since, 24)
    )
    (result,) = ended['results']
    assert (ended['pending'], result['state']) == (0, 'failed')
    assert result['reason'] == (
        "It did not finish within 24 hours: the run was ended. Cinder is away."
    )
    assert ended['failure'] == f"slow: {result['reason']}"


def test_a_step_of_a_run_holds_the_mark_that_its_point_gets():
    (step,) = stored_records.task_results('cron')['resolve']['steps']
    assert step['mark'] == {
        'plan': PLANS['every_minute'],
        'schedule': plan_of('every_minute').schedules[0].id,
        'execution': stored_records.execution('cron').id,
    }
    assert base.Mark(**step['mark']).ids == step['mark']


def test_removals_that_have_ended_are_not_touched_again():
    found = list(parts_of('removed')['removed'])
    told = removals.continue_removals(None, PLANS['keeps_one'], found)
    assert told == {
        'pending': 0,
        'removals': found,
        'removed': {'removed': 1},
        'troubles': [],
    }


@pytest.mark.parametrize(
    'service',
    ['volume_snapshot', 'share_snapshot', 'database_backup', 'freezer'],
)
def test_a_point_tells_who_made_it(service):
    raw = stored_records.load('recovery_points')[service]
    if service == 'database_backup':
        text, mark, facts = marks.parse_description(raw['description'])
        assert text == 'Backup of database shop'
        assert instance_facts.point_details(raw, facts) == {
            'datastore': 'mysql',
            'datastore_version': '8.4.4',
            'datastore_version_id': raw['datastore']['version_id'],
            'size_gb': 0.1,
            'flavor': 'd1',
            'volume_size': 1,
            'network': 'd0eba7d4-5d8c-416b-9e02-1c425d2338bb',
        }
    elif service == 'freezer':
        point = freezer_records.recovery_point_of_record(
            freezer_records.parse_record(raw), [], alone=True
        )
        mark = point.mark
        assert (point.resource_type, point.resource_id) == (
            'server',
            RESOURCES['server'],
        )
        assert point.name == 'web-1 2026-11-29 06:21:46 UTC'
        assert point.description == 'Backup of server web-1'
        assert point.created == moment('2026-11-29 06:21:47')
    else:
        mark = base.Mark.of(raw['metadata'])
    assert mark == base.Mark(
        plan=PLANS['of_many'], execution=stored_records.execution('many').id
    )


NOTE = exemptions.Exemption(
    note='only "tests" <b>', by='demo', at=moment('2026-11-29 06:22:48')
)


def test_a_resource_that_needs_no_protection_is_known_with_its_reason():
    told = stored_records.load('exemptions')
    (environment,) = told['environments']
    assert environment['name'] == (
        exemptions.ENVIRONMENT_PREFIX + RESOURCES['project']
    )
    variables = json.loads(environment['variables'])
    key = f'database:{RESOURCES["database"]}'
    assert exemptions.exemptions_of_variables(variables) == {key: NOTE}
    for kind in ('volume', 'server'):
        metadata_of_it = told['metadata'][kind]
        assert (
            exemptions.parse_exemption(metadata_of_it[exemptions.METADATA_KEY])
            == NOTE
        )


def test_a_job_of_freezer_tells_what_it_works_for():
    jobs = stored_records.load('freezer_jobs')
    key = (PLANS['servers'], RESOURCES['server'])
    assert {permits.permit_of_job(job) for job in jobs.values()} == {key}
    at_rest = jobs['at rest']
    assert permits.idle_permit_ids(jobs.values(), key[0]) == [
        at_rest['job_id']
    ]
    text, facts = freezer_jobs.parse_job_description(jobs['at work'])
    assert text == 'Backup of web-1'
    (wait,) = parts_of('freezer')['results']
    assert facts == {
        'work': 'protect',
        'token': wait['id'],
        'resource': RESOURCES['server'],
    }


def action_calls():
    """``[(workflow's label, action, input)]`` of all workflows of 0.1.0."""
    found = []
    for label, workflow in stored_records.load('workflows').items():
        tasks = body_of(workflow['definition'])['tasks'].values()
        found += [
            (label, task['action'], task['input'])
            for task in tasks
            if 'action' in task
        ]
    return found


@pytest.mark.parametrize(('label', 'name', 'given'), action_calls())
def test_an_action_takes_what_an_old_workflow_gives_it(label, name, given):
    (entry_point,) = metadata.entry_points(group='mistral.actions', name=name)
    inspect.signature(entry_point.load()).bind(**given)
