# SPDX-License-Identifier: Apache-2.0
"""What interrupted runs, and plans that are gone, have left in Freezer.

A job names its run in its description, an action in a comment, a record in
its step; a permit names its plan.
"""

from collections.abc import Callable
import contextlib
import dataclasses
import functools
from typing import Any

from protection_dashboard import exceptions
from protection_dashboard.api import freezer
from protection_dashboard.api.cloud import Cloud
from protection_dashboard.api.mistral import client as mistral
from protection_dashboard.protections import mark as marks
from protection_dashboard.protections.freezer import jobs as freezer_jobs
from protection_dashboard.protections.freezer import permits
from protection_dashboard.protections.freezer import records as freezer_records
from protection_dashboard.protections.freezer.documents import Job
from protection_dashboard.protections.freezer.records import Record
from protection_dashboard.workflows import definitions

ALIVE = ('RUNNING', 'PAUSED', 'IDLE', 'DELAYED')
_MAX_EXECUTIONS = 1000
_JOB = "Job of an execution that no longer goes on: %s"
_PERMIT = "Job that let the schedule of a plan run, which is gone"
_ACTION = "Action of an execution that no longer goes on: %s"
_RECORD = "Record of a backup that nobody makes or removes any more: %s"


@dataclasses.dataclass(frozen=True)
class Leftovers:
    """Jobs, permits (also jobs), actions and records that nobody needs."""

    jobs: list[Job]
    permits: list[Job]
    actions: list[dict[str, Any]]
    records: list[Record]

    @property
    def words(self) -> dict[str, str]:
        """``{id: what it is, in English}``."""
        return {
            **{
                j['job_id']: _JOB % freezer_jobs.parse_job_description(j)[0]
                for j in self.jobs
            },
            **{permit['job_id']: _PERMIT for permit in self.permits},
            **{
                one['action_id']: _ACTION % one['freezer_action']['action']
                for one in self.actions
            },
            **{
                one.id: _RECORD % (one.name or one.backup_name)
                for one in self.records
            },
        }


def find_leftovers(
    cloud: Cloud,
    has_plan: Callable[[str], bool],
    is_alive: Callable[[str], bool],
) -> Leftovers:
    """The Leftovers of a project.

    ``has_plan`` and ``is_alive`` tell of the id of a plan and of a run
    whether it exists or goes on. They are called after the list of jobs: what
    begins meanwhile is not left over.
    """
    jobs: list[Job] = freezer.job_list(cloud)
    parsed = [
        (job, *marks.parse_description(job['description'])[1:]) for job in jobs
    ]
    return Leftovers(
        jobs=[
            job
            for job, mark, facts in parsed
            if facts.get('work') not in (None, permits.WORK)
            and not is_alive(mark.execution)
        ],
        permits=[
            job
            for job, mark, facts in parsed
            if facts.get('work') == permits.WORK and not has_plan(mark.plan)
        ],
        actions=_actions(cloud, jobs, is_alive),
        records=_records(cloud, jobs, is_alive),
    )


def _actions(
    cloud: Cloud, jobs: list[Job], is_alive: Callable[[str], bool]
) -> list[dict[str, Any]]:
    """Actions of no job whose run no longer goes on."""
    named = {a['action_id'] for job in jobs for a in job['job_actions']}
    found = []
    for action in freezer.action_list(cloud):
        comment = action['freezer_action'].get(freezer_jobs.COMMENT) or ''
        run = comment.removeprefix(freezer_jobs.OURS)
        if action['action_id'] in named or run == comment:
            continue
        if not is_alive(run):
            found.append(action)
    return found


def _records(
    cloud: Cloud, jobs: list[Job], is_alive: Callable[[str], bool]
) -> list[Record]:
    """Records of backups that nobody makes, or removes, any more."""
    worked_on = {
        freezer_jobs.parse_job_description(job)[1].get('token') for job in jobs
    }
    found = []
    for record in freezer_records.unfinished_records(cloud):
        run = record.step.partition('/')[0]
        if record.id not in worked_on and run and not is_alive(run):
            found.append(record)
    return found


def leftovers_of_project(cloud: Cloud) -> Leftovers:
    """The Leftovers of a project, for a page.

    Plans and runs are listed once in Mistral, and only if needed.
    """
    plan_ids = functools.cache(functools.partial(_plan_ids, cloud))
    running_ids = functools.cache(functools.partial(_running_ids, cloud))
    return find_leftovers(
        cloud,
        lambda plan_id: plan_id in plan_ids(),
        lambda run_id: run_id in running_ids(),
    )


def _plan_ids(cloud: Cloud) -> set[str]:
    return definitions.plan_ids(
        mistral.workflow_list(cloud, tags=definitions.PLAN_TAG)
    )


def _running_ids(cloud: Cloud) -> set[str]:
    """The ids of the runs that go on."""
    alive = f'in:{",".join(ALIVE)}'
    found = mistral.execution_list(cloud, _MAX_EXECUTIONS, state=alive)
    return {one.id for one in found}


def remove_leftovers(
    cloud: Cloud, conclude: Callable[[Cloud, str, str], None]
) -> None:
    """Remove all leftovers of a project.

    ``conclude(cloud, work, token)`` ends the work that a job does. A job that
    has not begun is not waited for: nobody needs its work any more.
    """
    settings = dataclasses.replace(cloud.settings, freezer_start_limit=0)
    cloud = dataclasses.replace(cloud, settings=settings)
    # ask Mistral for each plan and each run once
    has_plan = functools.cache(functools.partial(_has_plan, cloud))
    is_alive = functools.cache(functools.partial(_is_alive, cloud))
    left = find_leftovers(cloud, has_plan, is_alive)
    for permit in left.permits:
        freezer.job_delete(cloud, permit['job_id'])
    for job in left.jobs:
        _conclude(cloud, conclude, job)
    for action in left.actions:
        freezer.action_delete(cloud, action['action_id'])
    for record in left.records:
        _end_record(cloud, record)


def _conclude(
    cloud: Cloud, conclude: Callable[[Cloud, str, str], None], job: Job
) -> None:
    facts = freezer_jobs.parse_job_description(job)[1]
    with contextlib.suppress(exceptions.Refused):
        try:
            conclude(cloud, facts['work'], facts.get('token', ''))
        except exceptions.NotFound:
            # the object of the job's work is gone
            found = freezer_jobs.find_job(
                cloud, job['job_id'], facts.get('token')
            )
            if found and freezer_jobs.job_has_ended(cloud, found):
                freezer_jobs.remove_job(cloud, found)


def _end_record(cloud: Cloud, record: Record) -> None:
    if record.status == 'creating':
        freezer.backup_delete(cloud, record.id)
    else:
        freezer.backup_update(cloud, record.id, 'available')


def _has_plan(cloud: Cloud, plan_id: str) -> bool:
    with contextlib.suppress(exceptions.NotFound):
        return bool(
            mistral.workflow_get(
                cloud, definitions.plan_workflow_name(plan_id)
            )
        )
    return False


def _is_alive(cloud: Cloud, execution_id: str) -> bool:
    if not execution_id:
        return False
    with contextlib.suppress(exceptions.NotFound):
        found = mistral.execution_get(cloud, execution_id)
        return found.state in ALIVE
    return False
