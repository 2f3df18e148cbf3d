# SPDX-License-Identifier: Apache-2.0
"""Scheduled backups of database instances, as Trove's specification has them.

https://specs.openstack.org/openstack/trove-specs/specs/newton/scheduled-backup.html

What python-troveclient makes is listed here, and the other way round. A
schedule is named by the client's id or by that of its cron trigger, or given
as a :class:`~protection_dashboard.api.mistral.trove_schedules.Schedule`.
"""

import dataclasses
import datetime
import json
import uuid

from protection_dashboard import exceptions
from protection_dashboard.api import trove
from protection_dashboard.api.mistral import client as mistral
from protection_dashboard.common import clock
from protection_dashboard.common import ids
from protection_dashboard.recurrence import cron
from protection_dashboard.recurrence.cron import InvalidSchedule

_PAGE = 200


def schedule_create(
    cloud,
    instance,
    pattern,
    name,
    description=None,
    incremental=None,
    parent_id=None,
):
    """Schedule backups of one of the project's instances; the Schedule.

    NotFound when the project has no such instance, Refused for a pattern
    that is not plain cron or that never runs.
    """
    text = _plain(pattern)
    trove.instance_get(cloud, instance)
    given = {
        'instance': instance,
        'name': name,
        'description': description,
        'incremental': bool(incremental),
    }
    env = {PARENT: parent_id} if parent_id else None
    return schedule_of_trigger(_arm(cloud, text, given, env))


def _plain(pattern):
    try:
        return str(cron.parse(pattern))
    except InvalidSchedule as error:
        raise exceptions.Refused(str(error)) from error


def _arm(cloud, pattern, given, env):
    name, workflow = str(uuid.uuid4()), WORKFLOW
    try:
        return mistral.cron_trigger_create(
            cloud, name, workflow, pattern, given, env
        )
    except exceptions.NotFound as error:
        raise exceptions.Refused(
            f"Mistral has no workflow {workflow} for you: ask your "
            "administrator to run python -m django "
            "protection_publish_workbook."
        ) from error


def schedule_list(cloud, instance=None):
    """Schedules of one instance, or all of the project, the oldest first."""
    triggers = mistral.cron_trigger_list(cloud, workflow_name=WORKFLOW)
    found = schedules_of_triggers(triggers)
    return [one for one in found if instance in (None, one.instance)]


def schedule_show(cloud, schedule):
    """One Schedule; NotFound when the project has no such one."""
    named = getattr(schedule, 'trigger_id', schedule)
    return schedule_of_trigger(mistral.cron_trigger_get(cloud, named))


def schedule_delete(cloud, schedule):
    """Nothing starts it any more; its executions and backups stay."""
    found = schedule_show(cloud, schedule)
    mistral.cron_trigger_delete(cloud, found.trigger_id)


def schedule_run(cloud, schedule):
    """Ask for a backup now, as a run of this Schedule; the execution's id."""
    return mistral.execution_create(
        cloud,
        schedule.workflow_id,
        schedule.input,
        schedule.trigger_id,
        schedule.env,
    ).id


def execution_list(cloud, schedule, marker='', limit=None, order='desc'):
    """Executions of a schedule with their output, the newest first.

    Also of a schedule that is gone, when it is given as a Schedule or by its
    trigger's id. ``marker`` is the last execution of the page before. They
    are mistralclient's objects: input and output are JSON, times are UTC.
    """
    trigger_id = getattr(schedule, 'trigger_id', None)
    trigger_id = trigger_id or _trigger_id(cloud, schedule)
    marker = getattr(marker, 'id', marker)
    found = []
    while not limit or len(found) < limit:
        size = min(_PAGE, limit - len(found)) if limit else _PAGE
        page = run_page(
            cloud, size, marker, order, trigger_id, more=('output',)
        )
        found += page
        if len(page) < size:
            break
        marker = page[-1].id
    return found


def run_page(cloud, limit, marker='', order='desc', trigger_id='', more=()):
    """One page of executions of a schedule, or of all of the project.

    Without their output, unless ``more`` names it.
    """
    of_it = {'description': f'has:{trigger_id}'} if trigger_id else {}
    return mistral.execution_list(
        cloud,
        limit,
        marker,
        order,
        more,
        workflow_name=WORKFLOW,
        **of_it,
    )


def _trigger_id(cloud, named):
    try:
        return schedule_show(cloud, named).trigger_id
    except exceptions.NotFound:
        if ids.uuid_or_empty(named) and run_page(cloud, 1, trigger_id=named):
            return named
        raise


def execution_show(cloud, execution_id):
    """One execution; NotFound when it is none of a scheduled backup."""
    found = mistral.execution_get(cloud, execution_id)
    if found.workflow_name != WORKFLOW:
        raise exceptions.NotFound("This is no execution of a schedule.")
    return found


def execution_delete(cloud, execution):
    """Forget an execution that has ended; the backup it asked for stays.

    ``execution`` is one of ``execution_list``, or its id. NotFound when the
    project has no such execution of a scheduled backup.
    """
    found = execution_show(cloud, getattr(execution, 'id', execution))
    mistral.execution_delete(cloud, found.id)


WORKFLOW = 'trove.backup_create'
PARENT = 'parent_id'


@dataclasses.dataclass(frozen=True)
class Schedule:
    """When backups of one database instance are asked for.

    ``id`` is what the client calls so, the trigger's name; ``trigger_id`` is
    Mistral's own. ``name`` and ``description`` are those of the backups;
    ``pattern`` is cron in UTC; times are aware. ``input`` is what each run
    gets, ``env`` what it gets besides. Whoever made the trigger wrote
    ``instance``: it may be no id at all.
    """

    id: str
    trigger_id: str
    workflow_id: str
    name: str
    instance: str
    pattern: str
    description: str = ''
    incremental: bool = False
    parent_id: str = ''
    created_at: datetime.datetime | None = None
    updated_at: datetime.datetime | None = None
    next_execution_time: datetime.datetime | None = None
    input: dict = dataclasses.field(default_factory=dict)
    env: dict = dataclasses.field(default_factory=dict)


def schedules_of_triggers(triggers):
    """The Schedules among any cron triggers."""
    return [_read_schedule(one) for one in triggers if _is_schedule(one)]


def schedule_of_trigger(trigger):
    """The Schedule of a cron trigger; NotFound when it is for other work."""
    if not _is_schedule(trigger):
        raise exceptions.NotFound("This cron trigger schedules no backups.")
    return _read_schedule(trigger)


def _is_schedule(trigger):
    instance = _object(trigger.workflow_input).get('instance')
    return trigger.workflow_name == WORKFLOW and isinstance(instance, str)


def _read_schedule(trigger):
    given = _object(trigger.workflow_input)
    env = _object(trigger.workflow_params).get('env') or {}
    return Schedule(
        id=trigger.name,
        trigger_id=trigger.id,
        workflow_id=trigger.workflow_id,
        name=str(given.get('name') or ''),
        instance=given['instance'],
        pattern=trigger.pattern,
        description=str(given.get('description') or ''),
        incremental=str(given.get('incremental')).lower() in ('true', '1'),
        parent_id=env.get(PARENT) or '',
        created_at=clock.utc(trigger.created_at),
        updated_at=clock.utc(getattr(trigger, 'updated_at', None)),
        next_execution_time=clock.utc(trigger.next_execution_time),
        input=given,
        env=env,
    )


def trigger_of(execution):
    """Id of the cron trigger that an execution is a run of, or ''."""
    return started_by(execution.description)[0]


def started_by(description):
    """``(trigger's id or '', whether cron itself started it)`` of a run.

    Mistral writes JSON into the description, Run Now only the id.
    """
    named = _object(description).get('triggered_by')
    told = named.get('id') if isinstance(named, dict) else None
    return ids.uuid_or_empty(told or description), bool(told)


def backup_of(execution):
    """Id of the backup that an execution asked for, or ''."""
    output = _object(getattr(execution, 'output', None))
    return ids.uuid_or_empty(output.get('backup'))


def _object(text):
    """A JSON object; anything else counts as an empty one."""
    try:
        found = json.loads(text or '{}')
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
