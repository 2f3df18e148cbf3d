# SPDX-License-Identifier: Apache-2.0
"""Jobs of Freezer: each does one piece of work and is removed after it.

A job and its only action carry the id of the run they belong to, the job in
its description (see mark.py) with what it does:

    Restore of web [protection execution=<id> work=restore point=<id>]

so that a later run finds and removes what a run that died has left.
"""

import time

from protection_dashboard import exceptions
from protection_dashboard.api import freezer
from protection_dashboard.protections import base
from protection_dashboard.protections import mark as marks
from protection_dashboard.protections.freezer import standing_jobs

NOT_STARTED = (
    "The Freezer job did not start because no Freezer scheduler is running."
)
# An agent fails on an option that it does not know, and has none for a
# comment: what to leave out of an archive means nothing to our modes.
COMMENT = 'exclude'
OURS = 'protection:'
_LONGEST = 255
_ENDED = ('completed', 'stop', 'removed')
_CAPABILITIES = {
    'action': 'supported_actions',
    'mode': 'supported_modes',
    'storage': 'supported_storages',
    'engine_name': 'supported_engines',
}


class Failed(exceptions.Refused):
    """The job ended without having done its work, or never began."""


def client(cloud, action):
    """Id of the client that can run an action; Refused if there is none.

    The operator's (``freezer_client``), else the first central one.
    """
    chosen = cloud.settings.freezer_client
    found = [c for c in freezer.client_list(cloud) if _eligible(c, chosen)]
    able = [c['client_id'] for c in found if _lacks(c, action) is None]
    if able:
        return min(able)
    raise exceptions.Refused(_why_not(found, chosen, action))


def _eligible(row, chosen):
    return row['client_id'] == chosen if chosen else row['is_central']


def _lacks(row, action):
    """``(capability, value)`` that a client does not have, or None."""
    for key, capability in _CAPABILITIES.items():
        if action.get(key) and action[key] not in row[capability]:
            return key.removesuffix('_name'), action[key]
    return None


def _why_not(found, chosen, action):
    if not found:
        wanted = f"client {chosen}" if chosen else "central client"
        return (
            f"Freezer has no {wanted} to run the job: ask your "
            "administrator for one."
        )
    key, value = _lacks(found[0], action)
    return (
        f"Freezer's client {found[0]['client_id']} does not support the {key} "
        f"{value}: ask your administrator for it."
    )


def start(cloud, action, text, *, job_id, permit=None, **facts):
    """Create a job of one action, which starts by itself; the job's id.

    That is ``job_id``, or the one of a permit (``(plan id, resource id)``)
    if there is one. ``text`` describes the job to a person, ``facts`` are
    short words that ``told`` gives back.
    """
    written = base.Mark(execution=cloud.execution).written(
        text, _LONGEST, **facts
    )
    job = {
        'job_id': job_id,
        'client_id': client(cloud, action),
        'description': written,
        'job_schedule': {'event': 'start'},
    }
    # a job that is rejected would leave actions that only it names
    marked = {**action, COMMENT: OURS + cloud.execution}
    action_id = freezer.action_create(cloud, marked)
    job['job_actions'] = [{'action_id': action_id}]
    try:
        borrowed = permit and standing_jobs.borrow(cloud, permit, job)
        return borrowed or freezer.job_create(cloud, job)
    except exceptions.ProtectionError:
        freezer.action_delete(cloud, action_id)
        raise


def find(cloud, job_id, token):
    """The job that works for a token, or None once it has been ended."""
    try:
        job = freezer.job_get(cloud, job_id) if job_id else None
    except exceptions.NotFound:
        return None
    return job if job and told(job)[1].get('token') == token else None


def told(job):
    """``(text, facts)`` of a job's description."""
    text, _mark, facts = marks.read(job['description'])
    return text, facts


def done(cloud, job):
    """Whether the job has done its work; Failed if it never will.

    Freezer tells no reason: that is in the log of the agent.
    """
    schedule = job['job_schedule']
    status = schedule.get('status')
    if status in _ENDED:
        if schedule.get('result') == 'success':
            return True
        raise Failed(
            "The Freezer job failed: its reason is in the log of the client "
            f"{job['client_id']}, ask your administrator for it."
        )
    # the client's own clock is not asked: Freezer's API wrote this time
    age = time.time() - schedule.get('time_created', 0)
    if not status and age >= cloud.settings.freezer_start_limit:
        raise Failed(NOT_STARTED)
    return False


def ended(cloud, job):
    """Whether nothing works on the job any more, or ever will."""
    try:
        return done(cloud, job)
    except Failed:
        return True


def end(cloud, job):
    """Remove a job and its actions; a permit rests again."""
    if not standing_jobs.give_back(cloud, job):
        freezer.job_delete(cloud, job['job_id'])
    for action in job['job_actions']:
        freezer.action_delete(cloud, action['action_id'])
