# SPDX-License-Identifier: Apache-2.0
"""Cron triggers and executions of Mistral that back databases up.

python-troveclient makes such triggers (``troveclient/v1/backups.py``), and so
do we. The client matches them by text and by equal input; here the input is
parsed, and an execution belongs to the trigger that its description names.
"""

import dataclasses
import datetime
import json

from protection_dashboard import exceptions
from protection_dashboard.common import clock
from protection_dashboard.common import ids

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


def schedules(triggers):
    """The Schedules among any cron triggers."""
    return [_schedule(one) for one in triggers if _is_schedule(one)]


def schedule(trigger):
    """The Schedule of a cron trigger; NotFound when it is for other work."""
    if not _is_schedule(trigger):
        raise exceptions.NotFound("This cron trigger schedules no backups.")
    return _schedule(trigger)


def _is_schedule(trigger):
    instance = _object(trigger.workflow_input).get('instance')
    return trigger.workflow_name == WORKFLOW and isinstance(instance, str)


def _schedule(trigger):
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
