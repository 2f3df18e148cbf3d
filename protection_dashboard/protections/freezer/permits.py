# SPDX-License-Identifier: Apache-2.0
"""Permits: jobs that let a scheduled run have Freezer work for it.

Freezer makes a trust for each new job of its central client. Keystone does
not allow that with a token that comes from a trust itself, such as the token
of a scheduled run. So a job without actions, the permit, is made for each
resource of a plan with the user's own token, when the plan gets its schedule.
A run changes this job to what is to be done, and back. It is deleted with its
plan::

    Schedule of web [protection plan=<id> work=permit resource=<id>]
"""

from collections.abc import Iterable
import time

from protection_dashboard import exceptions
from protection_dashboard.api import freezer
from protection_dashboard.api.cloud import Cloud
from protection_dashboard.protections import base
from protection_dashboard.protections import mark as marks
from protection_dashboard.protections.freezer.documents import Job
from protection_dashboard.protections.freezer.documents import Permit

WORK = 'permit'
_IDLE = {'status': 'completed'}
_BUSY = (
    "The Freezer job of an earlier run of this plan has not ended yet: it is "
    "not disturbed."
)
_MAX_DESCRIPTION_LENGTH = 255


def create_permit(
    cloud: Cloud, client_id: str, plan_id: str, resource_id: str
) -> None:
    """Create the permit of a plan for a resource, unless it exists."""
    if _find(cloud, plan_id, resource_id):
        return
    freezer.job_create(
        cloud,
        {
            'client_id': client_id,
            'description': _description(plan_id, resource_id),
            'job_schedule': _IDLE,
            'job_actions': [],
        },
    )


def _description(plan_id: str, resource_id: str) -> str:
    return base.Mark(plan=plan_id).written(
        "Lets a schedule run Freezer",
        _MAX_DESCRIPTION_LENGTH,
        work=WORK,
        resource=resource_id,
    )


def _find(cloud: Cloud, plan_id: str, resource_id: str) -> Job | None:
    jobs: list[Job] = freezer.job_list(cloud) if plan_id else []
    for job in jobs:
        _text, mark, facts = marks.parse_description(job['description'])
        if (mark.plan, facts.get('resource')) == (plan_id, resource_id):
            return job
    return None


def start_with_permit(cloud: Cloud, permit: Permit, job: Job) -> str | None:
    """Let the job of a permit do the work of ``job``; returns its id.

    None if the permit does not exist; Refused while it is in use.
    """
    plan_id, resource_id = permit
    found = _find(cloud, plan_id, resource_id)
    if not found:
        return None
    _text, _mark, facts = marks.parse_description(found['description'])
    if facts['work'] != WORK:
        raise exceptions.Refused(_BUSY)
    text, mark, facts = marks.parse_description(job['description'])
    mark = base.Mark(plan=plan_id, execution=mark.execution)
    freezer.job_update(
        cloud,
        found['job_id'],
        client_id=job['client_id'],
        description=mark.written(
            text, _MAX_DESCRIPTION_LENGTH, **facts, resource=resource_id
        ),
        job_actions=job['job_actions'],
        job_schedule={
            'event': 'start',
            'time_created': int(time.time()),
            'time_started': -1,
            'time_ended': -1,
        },
    )
    return found['job_id']


def release_permit(cloud: Cloud, job: Job) -> bool:
    """Make the job of a permit idle again; returns whether it is one."""
    _text, mark, facts = marks.parse_description(job['description'])
    if not facts.get('resource'):
        return False
    freezer.job_update(
        cloud,
        job['job_id'],
        description=_description(mark.plan, facts['resource']),
        job_actions=[],
        job_schedule=_IDLE,
    )
    return True


def idle_permit_ids(jobs: Iterable[Job], plan_id: str) -> list[str]:
    """The ids of those jobs that are idle permits of a plan."""
    found = []
    for job in jobs:
        _text, mark, facts = marks.parse_description(job['description'])
        if (facts.get('work'), mark.plan) == (WORK, plan_id):
            found.append(job['job_id'])
    return found


def permit_of_job(job: Job) -> Permit:
    """The permit that a job belongs to, whether it is in use or idle.

    The resource id is empty for a job that is no permit.
    """
    _text, mark, facts = marks.parse_description(job['description'])
    return mark.plan, facts.get('resource', '')
