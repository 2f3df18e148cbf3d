# SPDX-License-Identifier: Apache-2.0
"""Types of the JSON documents that Freezer's API takes and gives.

Backup API v2, https://docs.openstack.org/api-ref/backup/v2/.
"""

from typing import Any
from typing import TypeAlias
from typing import TypedDict

#: what a job does: flat ``{option of the agent: value}``, such as 'action',
#: 'mode' and 'backup_name'
Action: TypeAlias = dict[str, str]

#: ``(plan id, resource id)`` that a permit, see permits.py, is for
Permit: TypeAlias = tuple[str, str]


class ActionLink(TypedDict):
    """An action of a job: only its id."""

    action_id: str


class JobSchedule(TypedDict, total=False):
    """When a job runs and how far it has come.

    ``status`` is missing until a scheduler has taken the job; ``result`` is
    'success' or a failure once it has ended. Times are seconds since 1970,
    -1 for not yet.
    """

    event: str
    status: str
    result: str
    time_created: int
    time_started: int
    time_ended: int


class Job(TypedDict):
    """A job as Freezer's API gives it; it may have further keys.

    ``client_id`` names the client whose scheduler runs it.
    """

    job_id: str
    client_id: str
    description: str
    job_schedule: JobSchedule
    job_actions: list[ActionLink]


#: a row of ``GET /clients``: what a client's agent can do
Client: TypeAlias = dict[str, Any]
