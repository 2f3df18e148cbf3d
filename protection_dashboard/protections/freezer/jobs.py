# SPDX-License-Identifier: Apache-2.0
"""Jobs of Freezer: each does one piece of work and is removed after it.

A job and its only action carry the id of the run that they belong to. The job
has it in its description (see mark.py), together with what it does:

    Restore of web [protection execution=<id> work=restore point=<id>]

A later run finds and removes by it what an interrupted run has left.
"""

import time

from protection_dashboard import exceptions
from protection_dashboard.api import freezer
from protection_dashboard.api.cloud import Cloud
from protection_dashboard.protections import base
from protection_dashboard.protections import mark as marks
from protection_dashboard.protections.freezer import permits
from protection_dashboard.protections.freezer.documents import Action
from protection_dashboard.protections.freezer.documents import Client
from protection_dashboard.protections.freezer.documents import Job
from protection_dashboard.protections.freezer.documents import Permit

NOT_STARTED = (
    "The Freezer job did not start because no Freezer scheduler is running."
)
# An agent fails on an option that it does not know, and has none for a
# comment. We use its option of what to leave out of an archive, which has no
# effect in our modes.
COMMENT = 'exclude'
OURS = 'protection:'
_MAX_DESCRIPTION_LENGTH = 255
_ENDED = ('completed', 'stop', 'removed')
_CAPABILITIES = {
    'action': 'supported_actions',
    'mode': 'supported_modes',
    'storage': 'supported_storages',
    'engine_name': 'supported_engines',
}


class Failed(exceptions.Refused):
    """The job ended without having done its work, or never began."""


def client_id_for(cloud: Cloud, action: Action) -> str:
    """The id of a client that can run an action; Refused if there is none.

    This is the one that the operator set (``freezer_client``), else the
    first central one.
    """
    chosen = cloud.settings.freezer_client
    found = [c for c in freezer.client_list(cloud) if _eligible(c, chosen)]
    able: list[str] = [
        c['client_id'] for c in found if not _lacking(c, action)
    ]
    if able:
        return min(able)
    raise exceptions.Refused(_why_not(found, chosen, action))


def _eligible(row: Client, chosen: str) -> bool:
    return bool(row['client_id'] == chosen if chosen else row['is_central'])


def _lacking(row: Client, action: Action) -> list[tuple[str, str]]:
    """``[(capability, value)]`` that a client lacks for an action."""
    return [
        (key.removesuffix('_name'), action[key])
        for key, capability in _CAPABILITIES.items()
        if action.get(key) and action[key] not in row[capability]
    ]


def _why_not(found: list[Client], chosen: str, action: Action) -> str:
    if not found:
        name = f"client {chosen}" if chosen else "central client"
        return (
            f"Freezer has no {name} to run the job: ask your "
            "administrator for one."
        )
    key, value = _lacking(found[0], action)[0]
    return (
        f"Freezer's client {found[0]['client_id']} does not support the {key} "
        f"{value}: ask your administrator for it."
    )


def start_job(
    cloud: Cloud,
    action: Action,
    text: str,
    *,
    job_id: str,
    permit: Permit | None = None,
    **facts: str,
) -> str:
    """Create a job of one action, which starts by itself; returns its id.

    The id is ``job_id``, or that of the job behind ``permit`` (see permits.py)
    if there is one. ``text`` describes the job to a person, ``facts`` are
    short words that ``mark.parse_description`` gives back. Refused if no
    client can run the action.
    """
    written = base.Mark(execution=cloud.execution).written(
        text, _MAX_DESCRIPTION_LENGTH, **facts
    )
    client_id = client_id_for(cloud, action)
    # Freezer would keep the actions of a job that it rejects, and nothing
    # would name them: so the action is created, and deleted, on its own
    marked = {**action, COMMENT: OURS + cloud.execution}
    action_id = freezer.action_create(cloud, marked)
    job: Job = {
        'job_id': job_id,
        'client_id': client_id,
        'description': written,
        'job_schedule': {'event': 'start'},
        'job_actions': [{'action_id': action_id}],
    }
    try:
        started = permit and permits.start_with_permit(cloud, permit, job)
        created: str = started or freezer.job_create(cloud, job)
    except exceptions.ProtectionError:
        freezer.action_delete(cloud, action_id)
        raise
    return created


def find_job(cloud: Cloud, job_id: str, token: str | None) -> Job | None:
    """The job that works for a token, or None once it is removed."""
    try:
        job = freezer.job_get(cloud, job_id) if job_id else None
    except exceptions.NotFound:
        return None
    return (
        job
        if job and parse_job_description(job)[1].get('token') == token
        else None
    )


def parse_job_description(job: Job) -> tuple[str, dict[str, str]]:
    """``(text, facts)`` of a job's description."""
    text, _mark, facts = marks.parse_description(job['description'])
    return text, facts


def has_succeeded(cloud: Cloud, job: Job) -> bool:
    """Whether the job has done its work; Failed if it never will.

    Freezer does not tell the reason: it is in the log of the agent.
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
    # Freezer's API wrote this time, so the client's own clock does not matter
    age = time.time() - schedule.get('time_created', 0)
    if not status and age >= cloud.settings.freezer_start_limit:
        raise Failed(NOT_STARTED)
    return False


def job_has_ended(cloud: Cloud, job: Job) -> bool:
    """Whether the job has ended, or will never begin."""
    try:
        return has_succeeded(cloud, job)
    except Failed:
        return True


def remove_job(cloud: Cloud, job: Job) -> None:
    """Remove a job and its actions; the job of a permit stays, idle."""
    if not permits.release_permit(cloud, job):
        freezer.job_delete(cloud, job['job_id'])
    for action in job['job_actions']:
        freezer.action_delete(cloud, action['action_id'])
