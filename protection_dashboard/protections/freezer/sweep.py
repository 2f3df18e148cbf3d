# SPDX-License-Identifier: Apache-2.0
"""Removes what runs that died have left in Freezer.

What belongs to a run that is still alive is never touched.
"""

import contextlib
import dataclasses
import functools

from protection_dashboard import exceptions
from protection_dashboard.api import freezer
from protection_dashboard.api.mistral import client as mistral
from protection_dashboard.protections.freezer import jobs
from protection_dashboard.protections.freezer import leftovers
from protection_dashboard.workflows import definitions


def sweep(cloud, conclude):
    """Remove it; ``conclude(cloud, work, token)`` ends what a job is for.

    What has not begun is not waited for: it would begin for nobody.
    """
    settings = dataclasses.replace(cloud.settings, freezer_start_limit=0)
    cloud = dataclasses.replace(cloud, settings=settings)
    # each plan and each run is asked for once
    has_plan = functools.cache(functools.partial(_has_plan, cloud))
    is_alive = functools.cache(functools.partial(_is_alive, cloud))
    left = leftovers.find(cloud, has_plan, is_alive)
    for permit in left.permits:
        freezer.job_delete(cloud, permit['job_id'])
    for job in left.jobs:
        _conclude(cloud, conclude, job)
    for action in left.actions:
        freezer.action_delete(cloud, action['action_id'])
    for record in left.records:
        _end_record(cloud, record)


def _conclude(cloud, conclude, job):
    facts = jobs.told(job)[1]
    with contextlib.suppress(exceptions.Refused):
        try:
            conclude(cloud, facts['work'], facts.get('token', ''))
        except exceptions.NotFound:
            # what it was for is gone
            found = jobs.find(cloud, job['job_id'], facts.get('token'))
            if found and jobs.ended(cloud, found):
                jobs.end(cloud, found)


def _end_record(cloud, record):
    if record['status'] == 'creating':
        freezer.backup_delete(cloud, record['id'])
    else:
        freezer.backup_update(cloud, record['id'], 'available')


def _has_plan(cloud, plan_id):
    with contextlib.suppress(exceptions.NotFound):
        return bool(
            mistral.workflow_get(cloud, definitions.workflow_name(plan_id))
        )
    return False


def _is_alive(cloud, execution_id):
    if not execution_id:
        return False
    with contextlib.suppress(exceptions.NotFound):
        found = mistral.execution_get(cloud, execution_id)
        return found.state in leftovers.ALIVE
    return False
