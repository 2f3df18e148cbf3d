# SPDX-License-Identifier: Apache-2.0
"""Half a year of executions, in Mistral's database."""

import dataclasses
import datetime
import heapq
import itertools
import json

from protection_dashboard.executions import started_by
from protection_dashboard.recurrence import cron
from protection_dashboard.recurrence import gate_pattern
from protection_dashboard.workflows import definitions
from tests.bench import scale
from tests.bench.rows import RANDOM
from tests.bench.rows import Database
from tests.bench.rows import at
from tests.bench.rows import new_id

_UTC = datetime.UTC
_START = scale.NOW - datetime.timedelta(days=scale.DAYS)
_INFO = {
    'SUCCESS': None,
    'ERROR': "1 of 4 failed: Cinder: Maximum number of snapshots allowed "
    "(2000) exceeded for quota 'snapshots'. (HTTP 413)",
    'SKIPPED': "Skipped: The run of 02:35 UTC is still going.",
    'CANCELLED': None,
}
_SUMMARY = {'ok': 4, 'failed': 0, 'skipped': 0, 'removed': 4}


@dataclasses.dataclass(frozen=True)
class Done:
    """A run that there was: of a Kept, from when on, and how it ended."""

    kept: object
    started: datetime.datetime
    state: str
    by: str | None = None
    id: str = dataclasses.field(default_factory=new_id)


def fill(seeds, kept):
    """Write the newest scale.EXECUTIONS; the Done, the newest first."""
    told = [_of_schedule(one) for one in kept]
    merged = heapq.merge(
        *told, _by_hand(kept), key=lambda run: run.started, reverse=True
    )
    done = list(itertools.islice(merged, scale.EXECUTIONS))
    mistral = Database('mistral')
    like = mistral.row('workflow_executions_v2', id=seeds.run)
    # what no list reads: most databases keep such long values apart
    like |= {'spec': '{}', 'context': '{}'}
    mistral.add('workflow_executions_v2', (_row(like, run) for run in done))
    return done


def _of_schedule(one):
    """The runs of one schedule, the newest first."""
    times = [
        moment + datetime.timedelta(seconds=RANDOM.randrange(3))
        for moment in _due(one.schedule)
    ]
    found = []
    for moment in reversed(times):
        state = _end()
        if state:
            found.append(Done(one, moment, state))
    return found


def _due(schedule):
    """When it was due in all that time."""
    zone, end = schedule.zone, scale.NOW.replace(tzinfo=None)
    start = _START.replace(tzinfo=None)
    for local in cron.parse(schedule.pattern).local_times_from(start):
        if local >= end:
            return
        yield gate_pattern.utc_moment(local, zone)


def _by_hand(kept):
    seconds = scale.DAYS * 24 * 3600
    ago = sorted(RANDOM.randrange(60, seconds) for _n in range(scale.BY_HAND))
    for after in ago:
        moment = scale.NOW - datetime.timedelta(seconds=after)
        yield Done(RANDOM.choice(kept), moment, _end() or 'ERROR', 'bench')


def _end():
    """A state, None for a run that never was."""
    drawn = RANDOM.randrange(1000)
    for state, thousandths in scale.ENDS.items():
        drawn -= thousandths
        if drawn < 0:
            return state
    return None


def _row(like, run):
    plan, state = run.kept.plan, run.state
    name = definitions.plan_workflow_name(plan.id)
    given = {
        'schedule': run.kept.schedule.id if run.by is None else None,
        'by': run.by,
        'name': plan.name,
    }
    took = datetime.timedelta(seconds=RANDOM.randrange(20, 600))
    return {
        **like,
        'id': run.id,
        'name': name,
        'workflow_name': name,
        'workflow_id': plan.workflow_id,
        'description': _description(run),
        'state': 'SUCCESS' if state == 'SKIPPED' else state,
        'state_info': _INFO[state],
        'input': json.dumps(given),
        'params': json.dumps({'namespace': '', 'env': {'armed_by': 'bench'}}),
        'output': json.dumps({'summary': _SUMMARY, 'skipped': None}),
        'created_at': at(run.started),
        'updated_at': at(run.started + took),
    }


def _description(run):
    """As Mistral's cron writes it, or its engine below a gate."""
    if run.by:
        return started_by.description(run.by)
    if run.kept.schedule.zone != 'UTC':
        return 'sub-workflow execution'
    trigger = run.kept.trigger
    return json.dumps(
        {
            'description': "Workflow execution created by cron trigger "
            f"'({trigger})'.",
            'triggered_by': {'type': 'cron_trigger', 'id': trigger},
        }
    )
