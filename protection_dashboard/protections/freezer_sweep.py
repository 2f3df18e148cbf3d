# SPDX-License-Identifier: Apache-2.0
"""What runs that died have left in Freezer.

A job names its run in its description, an action in a comment, a record in
its step. What belongs to a run that is still alive is never touched.
"""

import contextlib
import dataclasses

from protection_dashboard import exceptions
from protection_dashboard import plans
from protection_dashboard.api import freezer
from protection_dashboard.api import mistral
from protection_dashboard.protections import freezer_jobs
from protection_dashboard.protections import freezer_permits
from protection_dashboard.protections import freezer_points
from protection_dashboard.protections import mark as marks

_ALIVE = ('RUNNING', 'PAUSED', 'IDLE', 'DELAYED')


def sweep(cloud, conclude):
    """Remove it; ``conclude(cloud, work, token)`` ends what a job is for.

    What has not begun is not waited for: it would begin for nobody.
    """
    settings = dataclasses.replace(cloud.settings, freezer_start_limit=0)
    cloud = dataclasses.replace(cloud, settings=settings)
    runs = _Runs(cloud)
    jobs = freezer.job_list(cloud)
    for job in jobs:
        _text, mark, facts = marks.read(job['description'])
        if facts.get('work') == freezer_permits.WORK:
            _sweep_permit(cloud, job, mark.plan)
        elif 'work' in facts and not runs.alive(mark.execution):
            _conclude(cloud, conclude, facts, job['job_id'])
    _sweep_actions(cloud, jobs, runs)
    _sweep_records(cloud, jobs, runs)


def _conclude(cloud, conclude, facts, job_id):
    with contextlib.suppress(exceptions.Refused):
        try:
            conclude(cloud, facts['work'], facts['token'])
        except exceptions.NotFound:
            # what it was for is gone
            job = freezer_jobs.find(cloud, job_id, facts['token'])
            if job and freezer_jobs.ended(cloud, job):
                freezer_jobs.end(cloud, job)


def _sweep_permit(cloud, job, plan_id):
    try:
        mistral.workflow_get(cloud, plans.workflow_name(plan_id))
    except exceptions.NotFound:
        freezer.job_delete(cloud, job['job_id'])


def _sweep_actions(cloud, jobs, runs):
    """Actions whose run died before, or after, they belonged to a job."""
    named = {a['action_id'] for job in jobs for a in job['job_actions']}
    for action in freezer.action_list(cloud):
        comment = action['freezer_action'].get(freezer_jobs.COMMENT) or ''
        run = comment.removeprefix(freezer_jobs.OURS)
        if action['action_id'] in named or run == comment:
            continue
        if not runs.alive(run):
            freezer.action_delete(cloud, action['action_id'])


def _sweep_records(cloud, jobs, runs):
    """Records of backups that nobody makes, or removes, any more."""
    worked_on = {freezer_jobs.told(job)[1].get('token') for job in jobs}
    for record in freezer_points.unfinished(cloud):
        run = record.get('step', '').partition('/')[0]
        if record['id'] in worked_on or not run or runs.alive(run):
            continue
        if record['status'] == 'creating':
            freezer.backup_delete(cloud, record['id'])
        else:
            freezer.backup_update(cloud, record['id'], 'available')


class _Runs:
    """Which executions are alive, each asked for once."""

    def __init__(self, cloud):
        self._cloud = cloud
        self._known = {'': False}

    def alive(self, execution_id):
        if execution_id not in self._known:
            self._known[execution_id] = self._ask(execution_id)
        return self._known[execution_id]

    def _ask(self, execution_id):
        with contextlib.suppress(exceptions.NotFound):
            found = mistral.execution_get(self._cloud, execution_id)
            return found.state in _ALIVE
        return False
