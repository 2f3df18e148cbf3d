# SPDX-License-Identifier: Apache-2.0
"""Standing jobs: what a scheduled run needs to have Freezer work for it.

For a new job of its central client Freezer makes a trust, and Keystone lets
nobody make one with a token that comes from a trust itself, as that of a
scheduled run does. So a job without actions is made for each resource of a
plan while the user is there, when the plan gets its schedule. A run changes
it to what is to be done, and back; it goes with its plan::

    Schedule of web [protection plan=<id> work=permit resource=<id>]
"""

import time

from protection_dashboard import exceptions
from protection_dashboard.api import freezer
from protection_dashboard.protections import base
from protection_dashboard.protections import mark as marks

WORK = 'permit'
_RESTS = {'status': 'completed'}
_BUSY = (
    "The Freezer job of an earlier run of this plan has not ended yet: it is "
    "not disturbed."
)
_LONGEST = 255


def make(cloud, client_id, plan_id, resource_id):
    """A permit for the runs of a plan, unless it has one."""
    if _find(cloud, plan_id, resource_id):
        return
    freezer.job_create(
        cloud,
        {
            'client_id': client_id,
            'description': _description(plan_id, resource_id),
            'job_schedule': _RESTS,
            'job_actions': [],
        },
    )


def _description(plan_id, resource_id):
    return base.Mark(plan=plan_id).written(
        "Lets a schedule run Freezer",
        _LONGEST,
        work=WORK,
        resource=resource_id,
    )


def _find(cloud, plan_id, resource_id):
    for job in freezer.job_list(cloud) if plan_id else ():
        _text, mark, facts = marks.read(job['description'])
        if (mark.plan, facts.get('resource')) == (plan_id, resource_id):
            return job
    return None


def borrow(cloud, permit, job):
    """Let the job of a permit do the work of a new one; its id, or None.

    ``permit`` is ``(plan id, resource id)``. Refused while it is in use.
    """
    plan_id, resource_id = permit
    found = _find(cloud, plan_id, resource_id)
    if not found:
        return None
    _text, _mark, facts = marks.read(found['description'])
    if facts['work'] != WORK:
        raise exceptions.Refused(_BUSY)
    text, mark, facts = marks.read(job['description'])
    mark = base.Mark(plan=plan_id, execution=mark.execution)
    freezer.job_update(
        cloud,
        found['job_id'],
        client_id=job['client_id'],
        description=mark.written(
            text, _LONGEST, **facts, resource=resource_id
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


def give_back(cloud, job):
    """Whether the job is a permit; then it has nothing to do from now on."""
    _text, mark, facts = marks.read(job['description'])
    if not facts.get('resource'):
        return False
    freezer.job_update(
        cloud,
        job['job_id'],
        description=_description(mark.plan, facts['resource']),
        job_actions=[],
        job_schedule=_RESTS,
    )
    return True


def of_plan(jobs, plan_id):
    """Ids of those of a list of jobs that are permits of a plan and rest."""
    found = []
    for job in jobs:
        _text, mark, facts = marks.read(job['description'])
        if (facts.get('work'), mark.plan) == (WORK, plan_id):
            found.append(job['job_id'])
    return found


def held(job):
    """``(plan id, resource id)`` that a job is a permit for, at work or not.

    The resource is empty for a job that is none.
    """
    _text, mark, facts = marks.read(job['description'])
    return mark.plan, facts.get('resource', '')
