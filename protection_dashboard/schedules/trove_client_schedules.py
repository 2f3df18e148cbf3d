# SPDX-License-Identifier: Apache-2.0
"""Schedules that the database client made, beside those of our plans.

Each is a cron trigger of Trove's own workflow; it can become a plan.
"""

import dataclasses
import datetime

from protection_dashboard import exceptions
from protection_dashboard import plugins
from protection_dashboard.api.mistral import client as mistral
from protection_dashboard.api.mistral import executions as mistral_executions
from protection_dashboard.api.mistral import trove_schedules
from protection_dashboard.common import clock
from protection_dashboard.common import concurrency
from protection_dashboard.common.references import ResourceRef
from protection_dashboard.executions import log as execution_log
from protection_dashboard.executions import records as execution_records
from protection_dashboard.recurrence.schedule import Schedule
from protection_dashboard.schedules import expected_runs

TYPE = 'database'
ZONE = 'UTC'
_LOOK_BACK = 200
# Mistral does not tell who asked for a backup by hand
_SOMEBODY = '?'
_BACK = datetime.timedelta(days=42)


@dataclasses.dataclass(frozen=True)
class TroveScheduleStatus:
    """A schedule of the database client and what is known beside it.

    ``instance_name`` is None for an instance that is gone, and empty when
    Trove did not tell. ``last_run`` is a Run, None without one, or when
    ``looked`` is false: then its last run is not among the newest.
    ``expected`` are its Expected until now, the newest first, and nothing
    is known of those before ``known_from`` (None: all is).
    """

    made: trove_schedules.TroveSchedule
    instance_name: str | None = ''
    last_run: execution_records.Run | execution_log.Brief | None = None
    looked: bool = True
    expected: tuple = ()
    known_from: datetime.datetime | None = None

    zone = ZONE
    state = 'armed'

    @property
    def id(self):
        """Mistral's id of the cron trigger."""
        return self.made.trigger_id

    @property
    def name(self):
        return self.made.name or self.made.id

    @property
    def pattern(self):
        return self.made.pattern

    @property
    def schedule(self):
        """The Schedule that a plan would have in its place."""
        return Schedule(self.id, self.pattern, ZONE)

    @property
    def next_run(self):
        return self.made.next_execution_time

    @property
    def armed(self):
        """Since when it is there."""
        return self.made.created_at

    @property
    def missed(self):
        """The latest Expected that was missed, or None."""
        return expected_runs.missed(self.expected)

    def week(self, now):
        """The expectations.Week of its last 7 days."""
        return expected_runs.week(self.expected, now)

    def covers(self, resource):
        """Whether it protects a Resource."""
        return ResourceRef.of_resource(resource) == (TYPE, self.made.instance)


def known(cloud, triggers, look):
    """``([TroveScheduleStatus], Briefs, errors)`` among cron triggers.

    Two more calls if there are any, none otherwise; Trove's may fail. The
    Briefs are of their runs, the newest first, by trigger's id.
    """
    found = trove_schedules.schedules_of_triggers(triggers)
    if not found:
        return [], (), []
    told, errors = concurrency.gather(
        {
            'names': lambda: _names(cloud),
            'book': lambda: _book(cloud),
        },
        {'names': None},
    )
    return (
        [_schedule(one, told['names'], told['book'], look) for one in found],
        told['book'].runs,
        errors,
    )


def _book(cloud, limit=mistral_executions.PAGE, **filters):
    """A Ledger of what such triggers started, as far as one page tells."""
    rows, whole = mistral_executions.walk(
        cloud,
        limit=limit,
        workflow_name=trove_schedules.WORKFLOW,
        **filters,
    )
    return execution_log.Ledger(tuple(map(_brief, rows)), whole)


def _brief(row):
    trigger_id, is_own = trove_schedules.started_by(row['description'])
    by = '' if is_own else _SOMEBODY
    return execution_log.brief(row)._replace(schedule_id=trigger_id, by=by)


def _schedule(made, names, book, look):
    runs = [run for run in book.runs if run.schedule_id == made.trigger_id]
    known_from = book.known_from(look.now)
    schedule = Schedule(made.trigger_id, made.pattern, ZONE)
    own = dataclasses.replace(look, known_from=known_from)
    expected = expected_runs.of(schedule, runs, own, armed=made.created_at)
    return TroveScheduleStatus(
        made=made,
        instance_name=_name(names, made.instance),
        last_run=runs[0] if runs else None,
        looked=book.whole or bool(runs),
        expected=tuple(expected),
        known_from=known_from,
    )


def _names(cloud):
    return plugins.protectable(TYPE).names(cloud)


def _name(names, instance):
    return '' if names is None else names.get(instance)


def get(cloud, trigger_id):
    """One TroveScheduleStatus; NotFound when the project has no such one."""
    made = trove_schedules.schedule_show(cloud, trigger_id)
    now, own = clock.now(), f'has:{made.trigger_id}'
    told, _errors = concurrency.gather(
        {
            'name': lambda: _instance_name(cloud, made.instance),
            'book': lambda: _book(cloud, _LOOK_BACK, description=own),
        },
        {'name': ''},
    )
    look = expected_runs.Look(now, now - _BACK)
    names = {made.instance: told['name']}
    return _schedule(made, names, told['book'], look)


def _instance_name(cloud, instance):
    try:
        return plugins.protectable(TYPE).show(cloud, instance).name
    except exceptions.NotFound:
        return None


def run(cloud, schedule):
    """Ask for a backup now; the execution's id."""
    return trove_schedules.schedule_run(cloud, schedule.made)


def delete(cloud, schedule):
    """Nothing starts it any more; backups and executions stay."""
    mistral.cron_trigger_delete(cloud, schedule.id)
