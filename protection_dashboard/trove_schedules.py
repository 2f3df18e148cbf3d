# SPDX-License-Identifier: Apache-2.0
"""Schedules that the database client made, beside those of our plans.

Each is a cron trigger of Trove's own workflow; it can become a plan.
"""

import dataclasses

from protection_dashboard import exceptions
from protection_dashboard import history
from protection_dashboard import parallel
from protection_dashboard import plugins
from protection_dashboard.api import mistral
from protection_dashboard.api import trove_schedules as api
from protection_dashboard.api import trove_trigger

TYPE = 'database'
ZONE = 'UTC'
_LOOK_BACK = 200


@dataclasses.dataclass(frozen=True)
class Schedule:
    """A schedule of the database client and what is known beside it.

    ``instance_name`` is None for an instance that is gone, and empty when
    Trove did not tell. ``last_run`` is a Run, None without one, or when
    ``looked`` is false: then its last run is not among the newest.
    """

    made: trove_trigger.Schedule
    instance_name: str | None = ''
    last_run: history.Run | None = None
    looked: bool = True

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
    def next_run(self):
        return self.made.next_execution_time

    def covers(self, resource):
        """Whether it protects a Resource."""
        return (TYPE, self.made.instance) == (resource.type, resource.id)


def known(cloud, triggers):
    """``([Schedule], errors)`` among cron triggers of the project.

    Two more calls if there are any, none otherwise; Trove's may fail.
    """
    found = trove_trigger.schedules(triggers)
    if not found:
        return [], []
    told, errors = parallel.gather(
        {
            'names': lambda: _names(cloud),
            'runs': lambda: api.run_page(cloud, _LOOK_BACK),
        },
        {'names': None},
    )
    last = _last_runs(told['runs'])
    looked = len(told['runs']) < _LOOK_BACK
    return [
        Schedule(
            made=one,
            instance_name=_name(told['names'], one.instance),
            last_run=last.get(one.trigger_id),
            looked=looked or one.trigger_id in last,
        )
        for one in found
    ], errors


def _names(cloud):
    return plugins.protectable(TYPE).names(cloud)


def _name(names, instance):
    return '' if names is None else names.get(instance)


def _last_runs(executions):
    """``{trigger id: its newest Run}`` of executions, newest first."""
    return {
        trove_trigger.trigger_of(one): history.run(one)
        for one in reversed(executions)
    }


def get(cloud, trigger_id):
    """One Schedule; NotFound when the project has no such one."""
    made = api.schedule_show(cloud, trigger_id)
    told, _errors = parallel.gather(
        {
            'name': lambda: _instance_name(cloud, made.instance),
            'runs': lambda: api.run_page(cloud, 1, trigger_id=made.trigger_id),
        },
        {'name': ''},
    )
    return Schedule(
        made=made,
        instance_name=told['name'],
        last_run=next(map(history.run, told['runs']), None),
    )


def _instance_name(cloud, instance):
    try:
        return plugins.protectable(TYPE).show(cloud, instance).name
    except exceptions.NotFound:
        return None


def run(cloud, schedule):
    """Ask for a backup now; the execution's id."""
    return api.schedule_run(cloud, schedule.made)


def delete(cloud, schedule):
    """Nothing starts it any more; backups and executions stay."""
    mistral.cron_trigger_delete(cloud, schedule.id)
