# SPDX-License-Identifier: Apache-2.0
"""The schedules that an execution is for, where several of a plan meet."""

import datetime
import itertools
from typing import Any

from protection_dashboard.api.cloud import Cloud
from protection_dashboard.api.mistral import client as mistral
from protection_dashboard.common import clock
from protection_dashboard.common import ids
from protection_dashboard.common import json_text
from protection_dashboard.executions import records
from protection_dashboard.mistral_actions.own_execution import OwnExecution
from protection_dashboard.plans.schema import PlanDocument
from protection_dashboard.recurrence import occurrences
from protection_dashboard.schedules import coincidence
from protection_dashboard.schedules import cron_triggers
from protection_dashboard.schedules.coincidence import Coincidence

_MAX_EXECUTIONS = 50
#: states of an execution that has made, or is making, recovery points
_COVERING = (records.SUCCESS, *records.UNFINISHED)


def coincidence_of_run(
    cloud: Cloud, own: OwnExecution, document: PlanDocument
) -> Coincidence:
    """What the execution is for; no further schedules if a person began it."""
    started_by_trigger = own.schedule_id and not own.input.get('by')
    if not started_by_trigger or len(document['schedules']) < 2:
        return Coincidence(None, tuple(filter(None, [own.schedule_id])))
    return coincidence.coincidence_of_run(
        document, own.schedule_id, _armed(cloud, document), own.started
    )


def _armed(cloud: Cloud, document: PlanDocument) -> set[str]:
    """The ids of the plan's schedules that have a trigger."""
    wanted = {one['id'] for one in document['schedules']}
    triggers = mistral.cron_trigger_list(cloud)
    return wanted & set(cron_triggers.triggers_by_schedule(triggers))


def covering_start(
    cloud: Cloud,
    own: OwnExecution,
    document: PlanDocument,
    meeting: Coincidence,
) -> datetime.datetime | None:
    """When (aware) an earlier execution began that is for this one too.

    None if there is none: then this execution makes the recovery points.
    """
    if len(meeting.schedules) < 2 or meeting.occurrence is None:
        return None
    since = meeting.occurrence - occurrences.EARLY
    found = mistral.execution_list(
        cloud,
        _MAX_EXECUTIONS,
        order='asc',
        workflow_name=own.workflow_name,
        created_at=f'gte:{clock.format_utc(since)}',
    )
    earlier = itertools.takewhile(lambda one: one.id != own.id, found)
    return next(
        (
            clock.parse_utc(one.created_at)
            for one in earlier
            if _covers(one, own, document, meeting)
        ),
        None,
    )


def _covers(
    execution: Any,
    own: OwnExecution,
    document: PlanDocument,
    meeting: Coincidence,
) -> bool:
    given = json_text.object_or_empty(execution.input)
    schedule_id = ids.uuid_or_empty(given.get('schedule'))
    if not schedule_id or given.get('by'):
        return False
    state = records.execution_state(execution.state, execution.state_info)
    if state not in _COVERING or records.is_covered(execution.state_info):
        return False
    began = clock.parse_utc(execution.created_at)
    theirs = coincidence.coincidence_of_run(
        document, schedule_id, meeting.schedules, began
    )
    return coincidence.is_covered(
        document,
        own.schedule_id,
        meeting.occurrence,
        began,
        theirs.schedules,
    )
