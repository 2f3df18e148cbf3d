# SPDX-License-Identifier: Apache-2.0
"""Schedules of python-troveclient: cron triggers of one Mistral workflow.

The calls are those of Trove's specification of scheduled backups; the end of
the module reads a trigger and an execution as a :class:`TroveSchedule`.

https://specs.openstack.org/openstack/trove-specs/specs/newton/scheduled-backup.html

What python-troveclient made is listed here, and the other way round. Where a
function takes a schedule, this is the client's id, the id of its cron trigger,
or a TroveSchedule.
"""

from collections.abc import Iterable
import dataclasses
import datetime
from typing import Any
import uuid

from protection_dashboard import exceptions
from protection_dashboard.api import trove
from protection_dashboard.api.cloud import Cloud
from protection_dashboard.api.mistral import client as mistral
from protection_dashboard.api.mistral.records import CronTrigger
from protection_dashboard.api.mistral.records import WorkflowExecution
from protection_dashboard.common import clock
from protection_dashboard.common import ids
from protection_dashboard.common import json_text
from protection_dashboard.recurrence import cron
from protection_dashboard.recurrence.cron import InvalidSchedule

_PAGE = 200


def schedule_create(
    cloud: Cloud,
    instance: str,
    pattern: str,
    name: str,
    description: str | None = None,
    incremental: object = None,
    parent_id: str | None = None,
) -> 'TroveSchedule':
    """TroveSchedule backups of an instance of the project.

    ``instance`` is its id; ``name`` and ``description`` are those of the
    backups, ``parent_id`` is the backup that incremental ones build on.
    Raises NotFound if the project has no such instance, Refused for a
    pattern that is not plain cron or that never runs.
    """
    text = _plain_cron(pattern)
    trove.instance_get(cloud, instance)
    given = {
        'instance': instance,
        'name': name,
        'description': description,
        'incremental': bool(incremental),
    }
    env = {PARENT_KEY: parent_id} if parent_id else None
    return schedule_of_trigger(_create_trigger(cloud, text, given, env))


def _plain_cron(pattern: str) -> str:
    try:
        return str(cron.parse(pattern))
    except InvalidSchedule as error:
        raise exceptions.Refused(str(error)) from error


def _create_trigger(
    cloud: Cloud,
    pattern: str,
    given: dict[str, Any],
    env: dict[str, Any] | None,
) -> CronTrigger:
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


def schedule_list(
    cloud: Cloud, instance: str | None = None
) -> 'list[TroveSchedule]':
    """Schedules of an instance, or of the project, the oldest first."""
    triggers = mistral.cron_trigger_list(cloud, workflow_name=WORKFLOW)
    found = schedules_of_triggers(triggers)
    return [one for one in found if instance in (None, one.instance)]


def schedule_show(
    cloud: Cloud, schedule: 'TroveSchedule | str'
) -> 'TroveSchedule':
    """A TroveSchedule as it is now; NotFound if the project has none such."""
    name = schedule if isinstance(schedule, str) else schedule.trigger_id
    return schedule_of_trigger(mistral.cron_trigger_get(cloud, name))


def schedule_delete(cloud: Cloud, schedule: 'TroveSchedule | str') -> None:
    """Delete a schedule; its executions and backups stay."""
    found = schedule_show(cloud, schedule)
    mistral.cron_trigger_delete(cloud, found.trigger_id)


def schedule_run(cloud: Cloud, schedule: 'TroveSchedule') -> str:
    """Start an execution of a TroveSchedule now; the execution's id."""
    return mistral.execution_create(
        cloud,
        schedule.workflow_id,
        schedule.input,
        schedule.trigger_id,
        schedule.env,
    ).id


def execution_list(
    cloud: Cloud,
    schedule: 'TroveSchedule | str',
    marker: WorkflowExecution | str | None = '',
    limit: int | None = None,
    order: str = 'desc',
) -> list[WorkflowExecution]:
    """Executions of a schedule with their output, the newest first.

    Also of a schedule that is deleted, if it is given as a TroveSchedule or by
    its trigger's id. ``marker`` is the last execution of the page before, or
    its id. Without ``limit`` all executions are read.
    """
    trigger_id = (
        _trigger_id(cloud, schedule)
        if isinstance(schedule, str)
        else schedule.trigger_id
    )
    last_id = _execution_id(marker) if marker else ''
    found: list[WorkflowExecution] = []
    while not limit or len(found) < limit:
        size = min(_PAGE, limit - len(found)) if limit else _PAGE
        page = execution_page(
            cloud, size, last_id, order, trigger_id, more=('output',)
        )
        found += page
        if len(page) < size:
            break
        last_id = page[-1].id
    return found


def execution_page(
    cloud: Cloud,
    limit: int,
    marker: str = '',
    order: str = 'desc',
    trigger_id: str = '',
    more: Iterable[str] = (),
) -> list[WorkflowExecution]:
    """One page of executions of a schedule, or of all of the project.

    Without their output, unless ``more`` names it.
    """
    of_trigger = {'description': f'has:{trigger_id}'} if trigger_id else {}
    return mistral.execution_list(
        cloud,
        limit,
        marker,
        order,
        more,
        workflow_name=WORKFLOW,
        **of_trigger,
    )


def _execution_id(execution: WorkflowExecution | str) -> str:
    return execution if isinstance(execution, str) else execution.id


def _trigger_id(cloud: Cloud, name: str) -> str:
    """The trigger's id of a schedule, which may be deleted."""
    try:
        return schedule_show(cloud, name).trigger_id
    except exceptions.NotFound:
        known = ids.uuid_or_empty(name)
        if known and execution_page(cloud, 1, trigger_id=known):
            return known
        raise


def execution_show(cloud: Cloud, execution_id: str) -> WorkflowExecution:
    """An execution; NotFound when it is none of a scheduled backup."""
    found = mistral.execution_get(cloud, execution_id)
    if found.workflow_name != WORKFLOW:
        raise exceptions.NotFound("This is no execution of a schedule.")
    return found


def execution_delete(cloud: Cloud, execution: WorkflowExecution | str) -> None:
    """Delete an execution that has ended; the backup that it made stays.

    ``execution`` is one of ``execution_list``, or its id. NotFound when the
    project has no such execution of a scheduled backup.
    """
    found = execution_show(cloud, _execution_id(execution))
    mistral.execution_delete(cloud, found.id)


WORKFLOW = 'trove.backup_create'
_object = json_text.object_or_empty
PARENT_KEY = 'parent_id'


@dataclasses.dataclass(frozen=True)
class TroveSchedule:
    """When backups of one database instance are made.

    ``id`` is the client's id, which is the trigger's name; ``trigger_id`` is
    its id in Mistral. ``name`` and ``description`` are those of the backups;
    ``parent_id`` is the backup that incremental ones build on; ``pattern`` is
    cron in UTC, '' if the trigger fires only once; times are aware. ``input``
    and ``env`` are the input and the environment of each execution.
    ``instance`` is any text that the trigger's author wrote, and need not be
    an id.
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
    input: dict[str, Any] = dataclasses.field(default_factory=dict)
    env: dict[str, Any] = dataclasses.field(default_factory=dict)


def schedules_of_triggers(
    triggers: Iterable[CronTrigger],
) -> list[TroveSchedule]:
    """The Schedules of those cron triggers that schedule backups."""
    return [
        _read_schedule(trigger)
        for trigger in triggers
        if _is_schedule(trigger)
    ]


def schedule_of_trigger(trigger: CronTrigger) -> TroveSchedule:
    """The TroveSchedule of a cron trigger; NotFound if it has none."""
    if not _is_schedule(trigger):
        raise exceptions.NotFound("This cron trigger schedules no backups.")
    return _read_schedule(trigger)


def _is_schedule(trigger: CronTrigger) -> bool:
    instance = _object(trigger.workflow_input).get('instance')
    return trigger.workflow_name == WORKFLOW and isinstance(instance, str)


def _read_schedule(trigger: CronTrigger) -> TroveSchedule:
    given = _object(trigger.workflow_input)
    env = _object(trigger.workflow_params).get('env')
    env = env if isinstance(env, dict) else {}
    return TroveSchedule(
        id=trigger.name,
        trigger_id=trigger.id,
        workflow_id=trigger.workflow_id,
        name=str(given.get('name') or ''),
        instance=given['instance'],
        pattern=trigger.pattern or '',
        description=str(given.get('description') or ''),
        incremental=str(given.get('incremental')).lower() in ('true', '1'),
        parent_id=json_text.text_or_empty(env.get(PARENT_KEY)),
        created_at=clock.parse_utc(trigger.created_at),
        updated_at=clock.parse_utc(getattr(trigger, 'updated_at', None)),
        next_execution_time=clock.parse_utc(trigger.next_execution_time),
        input=given,
        env=env,
    )


def trigger_id_of_execution(execution: WorkflowExecution) -> str:
    """The id of an execution's cron trigger, or ''."""
    return starting_trigger(execution.description)[0]


def starting_trigger(description: str | None) -> tuple[str, bool]:
    """``(trigger's id or '', whether Mistral's cron started the execution)``.

    ``description`` is the execution's: JSON that Mistral's cron wrote, or
    only the trigger's id if somebody started the schedule (Run Now).
    """
    source = _object(description).get('triggered_by')
    trigger_id = source.get('id') if isinstance(source, dict) else None
    return ids.uuid_or_empty(trigger_id or description), bool(trigger_id)


def backup_id_of_execution(execution: WorkflowExecution) -> str:
    """The id of the backup that an execution made, or ''."""
    output = _object(getattr(execution, 'output', None))
    return ids.uuid_or_empty(output.get('backup'))
