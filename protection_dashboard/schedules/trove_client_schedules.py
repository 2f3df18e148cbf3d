# SPDX-License-Identifier: Apache-2.0
"""Schedules that the database client made, beside those of our plans.

Each is a cron trigger of Trove's own workflow; it can become a plan.
"""

from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
import dataclasses
import datetime
from typing import Any

from protection_dashboard import exceptions
from protection_dashboard import plugins
from protection_dashboard.api.cloud import Cloud
from protection_dashboard.api.mistral import client as mistral
from protection_dashboard.api.mistral import executions as mistral_executions
from protection_dashboard.api.mistral import trove_schedules
from protection_dashboard.api.mistral.records import CronTrigger
from protection_dashboard.common import clock
from protection_dashboard.common import concurrency
from protection_dashboard.common.references import ResourceRef
from protection_dashboard.executions import log as execution_log
from protection_dashboard.executions import records as execution_records
from protection_dashboard.protectables.base import Resource
from protection_dashboard.recurrence.schedule import Schedule
from protection_dashboard.schedules import expected_runs

TYPE = 'database'
ZONE = 'UTC'
#: so many executions of one schedule are read for its page
_LOOK_BACK = 200
#: stands for the user of a run by hand, whom Mistral does not tell
_SOMEBODY = '?'
#: so far back runs of one schedule are expected
_BACK = datetime.timedelta(days=42)


@dataclasses.dataclass(frozen=True)
class TroveScheduleStatus(expected_runs.WithExpectedRuns):
    """A schedule of the database client and what is known beside it.

    ``instance_name`` is None for an instance that is gone, and empty when
    Trove did not tell. ``last_run`` is None when there is none, or when
    ``looked`` is false: then the last run is not among those that were read.
    ``expected`` are its ExpectedRuns until now, the newest first, and nothing
    is known of those before ``known_from`` (aware; None: all are known).
    """

    made: trove_schedules.TroveSchedule
    instance_name: str | None = ''
    last_run: execution_records.Execution | execution_log.LogEntry | None = (
        None
    )
    looked: bool = True
    expected: tuple[expected_runs.ExpectedRun, ...] = ()
    known_from: datetime.datetime | None = None

    zone = ZONE
    state = 'armed'

    @property
    def id(self) -> str:
        """Mistral's id of the cron trigger."""
        return self.made.trigger_id

    @property
    def name(self) -> str:
        """The name of its backups, else the client's id of it."""
        return self.made.name or self.made.id

    @property
    def pattern(self) -> str:
        """Its cron pattern, in UTC."""
        return self.made.pattern

    @property
    def schedule(self) -> Schedule:
        """The Schedule that a plan would have in its place."""
        return Schedule(self.id, self.pattern, ZONE)

    @property
    def next_run(self) -> datetime.datetime | None:
        return self.made.next_execution_time

    @property
    def armed(self) -> datetime.datetime | None:
        """Since when its trigger is there."""
        return self.made.created_at

    def covers(self, resource: Resource) -> bool:
        """Whether it protects a Resource."""
        return ResourceRef.of_resource(resource) == (TYPE, self.made.instance)


def statuses_of_triggers(
    cloud: Cloud,
    triggers: Iterable[CronTrigger],
    window: expected_runs.RunWindow,
) -> tuple[
    list[TroveScheduleStatus],
    Sequence[execution_log.LogEntry],
    list[exceptions.ProtectionError],
]:
    """``(schedules, runs, errors)`` of the client's among cron triggers.

    Two more calls if there are any, none otherwise; Trove's may fail. The
    runs are those of all of them, the newest first; their ``schedule_id`` is
    the trigger's id.
    """
    found = trove_schedules.schedules_of_triggers(triggers)
    if not found:
        return [], (), []
    read, errors = concurrency.gather(
        {
            'names': lambda: _names(cloud),
            'log': lambda: _log(cloud),
        },
        {'names': None},
    )
    return (
        [_schedule(one, read['names'], read['log'], window) for one in found],
        read['log'].entries,
        errors,
    )


def _log(
    cloud: Cloud, limit: int = mistral_executions.PAGE_SIZE, **filters: Any
) -> execution_log.ExecutionLog:
    """The runs that such triggers started, as far as one page tells."""
    rows, is_complete = mistral_executions.execution_rows(
        cloud,
        limit=limit,
        workflow_name=trove_schedules.WORKFLOW,
        **filters,
    )
    return execution_log.ExecutionLog(
        tuple(map(_schedule_entry, rows)), is_complete
    )


def _schedule_entry(
    row: mistral_executions.ExecutionRow,
) -> execution_log.LogEntry:
    """The run of a row of Mistral's executions."""
    trigger_id, is_own = trove_schedules.starting_trigger(row['description'])
    by = '' if is_own else _SOMEBODY
    return execution_log.log_entry(row)._replace(schedule_id=trigger_id, by=by)


def _schedule(
    made: trove_schedules.TroveSchedule,
    names: Mapping[str, str | None] | None,
    log: execution_log.ExecutionLog,
    window: expected_runs.RunWindow,
) -> TroveScheduleStatus:
    runs = [one for one in log.entries if one.schedule_id == made.trigger_id]
    known_from = log.known_from()
    schedule = Schedule(made.trigger_id, made.pattern, ZONE)
    own = dataclasses.replace(window, known_from=known_from)
    expected = expected_runs.expected_until_now(
        schedule, runs, own, armed=made.created_at
    )
    return TroveScheduleStatus(
        made=made,
        instance_name=_name(names, made.instance),
        last_run=runs[0] if runs else None,
        looked=log.is_complete or bool(runs),
        expected=tuple(expected),
        known_from=known_from,
    )


def _names(cloud: Cloud) -> dict[str, str]:
    """``{id: name}`` of the project's database instances."""
    found: dict[str, str] = plugins.protectable(TYPE).names(cloud)
    return found


def _name(names: Mapping[str, str | None] | None, instance: str) -> str | None:
    """As ``instance_name``; ``names`` is None when Trove did not tell."""
    return '' if names is None else names.get(instance)


def schedule_get(cloud: Cloud, trigger_id: str) -> TroveScheduleStatus:
    """One TroveScheduleStatus; NotFound when the project has no such one."""
    made = trove_schedules.schedule_show(cloud, trigger_id)
    now, own = clock.now(), f'has:{made.trigger_id}'
    read, _errors = concurrency.gather(
        {
            'name': lambda: _instance_name(cloud, made.instance),
            'log': lambda: _log(cloud, _LOOK_BACK, description=own),
        },
        {'name': ''},
    )
    window = expected_runs.RunWindow(now, now - _BACK)
    names = {made.instance: read['name']}
    return _schedule(made, names, read['log'], window)


def _instance_name(cloud: Cloud, instance: str) -> str | None:
    """The name of a database instance, None when it is gone."""
    try:
        found: Resource = plugins.protectable(TYPE).show(cloud, instance)
    except exceptions.NotFound:
        return None
    return found.name


def schedule_run(cloud: Cloud, schedule: TroveScheduleStatus) -> str:
    """Request a backup now; returns the execution's id."""
    return trove_schedules.schedule_run(cloud, schedule.made)


def schedule_delete(cloud: Cloud, schedule: TroveScheduleStatus) -> None:
    """Delete its trigger; backups and executions stay."""
    mistral.cron_trigger_delete(cloud, schedule.id)
