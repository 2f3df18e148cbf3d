# SPDX-License-Identifier: Apache-2.0
"""Scheduled backups of database instances, as Trove's specification has them.

https://specs.openstack.org/openstack/trove-specs/specs/newton/scheduled-backup.html

What python-troveclient makes is listed here, and the other way round. A
schedule is named by the client's id or by that of its cron trigger, or given
as a :class:`~protection_dashboard.api.mistral.trove_triggers.Schedule`.
"""

import uuid

from protection_dashboard import exceptions
from protection_dashboard.api import trove
from protection_dashboard.api.mistral import client as mistral
from protection_dashboard.api.mistral import trove_triggers
from protection_dashboard.common import ids
from protection_dashboard.recurrence import cron
from protection_dashboard.recurrence.cron_fields import InvalidSchedule

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
    env = {trove_triggers.PARENT: parent_id} if parent_id else None
    return trove_triggers.schedule(_arm(cloud, text, given, env))


def _plain(pattern):
    try:
        return str(cron.parse(pattern))
    except InvalidSchedule as error:
        raise exceptions.Refused(str(error)) from error


def _arm(cloud, pattern, given, env):
    name, workflow = str(uuid.uuid4()), trove_triggers.WORKFLOW
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
    triggers = mistral.cron_trigger_list(
        cloud, workflow_name=trove_triggers.WORKFLOW
    )
    found = trove_triggers.schedules(triggers)
    return [one for one in found if instance in (None, one.instance)]


def schedule_show(cloud, schedule):
    """One Schedule; NotFound when the project has no such one."""
    named = getattr(schedule, 'trigger_id', schedule)
    return trove_triggers.schedule(mistral.cron_trigger_get(cloud, named))


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
        workflow_name=trove_triggers.WORKFLOW,
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
    if found.workflow_name != trove_triggers.WORKFLOW:
        raise exceptions.NotFound("This is no execution of a schedule.")
    return found


def execution_delete(cloud, execution):
    """Forget an execution that has ended; the backup it asked for stays.

    ``execution`` is one of ``execution_list``, or its id. NotFound when the
    project has no such execution of a scheduled backup.
    """
    found = execution_show(cloud, getattr(execution, 'id', execution))
    mistral.execution_delete(cloud, found.id)
