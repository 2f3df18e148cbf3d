# SPDX-License-Identifier: Apache-2.0
"""Mistral: workflows, cron triggers, executions and actions.

Workflow API v2, https://docs.openstack.org/mistral/latest/user/rest_api_v2.html.
A token with the role admin sees all projects in every list, so each list is
filtered by project, and an object of another project is NotFound. It also
finds other tenants' objects by their names, see :func:`checked_id`.
``filters`` are those of Mistral's lists, such as ``name='has:text'``.
"""

from collections.abc import Iterable
from collections.abc import Mapping
import datetime
import sys
from typing import Any

from mistralclient.api import base
from mistralclient.api.v2 import client

from protection_dashboard import exceptions
from protection_dashboard.api import errors
from protection_dashboard.api import rows
from protection_dashboard.api.cloud import Cloud
from protection_dashboard.api.mistral.records import CronTrigger
from protection_dashboard.api.mistral.records import Workflow
from protection_dashboard.api.mistral.records import WorkflowExecution

SERVICE_TYPE = 'workflowv2'
EXECUTION_FIELDS = [
    'id',
    'workflow_id',
    'workflow_name',
    'state',
    'state_info',
    'description',
    'input',
    'project_id',
    'created_at',
    'updated_at',
]
TRIGGER_FIELDS = [
    'id',
    'name',
    'pattern',
    'workflow_id',
    'workflow_name',
    'workflow_input',
    'workflow_params',
    'next_execution_time',
    'remaining_executions',
    'project_id',
    'created_at',
    'updated_at',
]
PAGE_SIZE = 1000
WORKFLOW_FIELDS = [
    'id',
    'name',
    'namespace',
    'definition',
    'project_id',
    'created_at',
    'updated_at',
]

convert_errors = errors.convert_errors('Mistral', base.APIException)


def mistral_client(cloud: Cloud) -> Any:
    """mistralclient's client."""
    return client.Client(
        mistral_url=cloud.url(SERVICE_TYPE),
        session=cloud.session(SERVICE_TYPE),
        enforce_raw_definitions=True,
    )


def _project_filter(cloud: Cloud) -> dict[str, str]:
    """The filter that an administrator needs and a member may not send."""
    return {'project_id': cloud.project_id} if cloud.admin else {}


_NOT_HERE = "Mistral: not found in this project."
_HIDDEN = (
    "Mistral: another project has something of this name, which an "
    "administrator finds in its place. A member of this project is needed."
)


def _of_project(cloud: Cloud, found: Any) -> Any:
    """The object; NotFound if it is of another project.

    An administrator's token gets objects of all projects.
    """
    if found.project_id != cloud.project_id:
        raise exceptions.NotFound(_NOT_HERE)
    return found


def checked_id(cloud: Cloud, collection: Any, identifier: str) -> str:
    """The id or name, if Mistral finds the project's own, or a public one.

    Mistral takes each id for a name as well, and finds what *any* project
    has of that name for an administrator: another tenant may have planted
    it, to have it started, changed or deleted instead. Refused then;
    ``collection`` is one of mistralclient's managers.
    """
    if cloud.admin:
        found = collection.get(identifier)
        # Mistral lets only administrators publish
        is_public = getattr(found, 'scope', '') == 'public'
        is_own = found.project_id == cloud.project_id or is_public
        if not is_own or identifier not in (found.id, found.name):
            raise exceptions.Refused(_HIDDEN)
    return identifier


def _list_of_project(
    cloud: Cloud, collection: Any, **options: Any
) -> list[Any]:
    """The project's objects of a list, the oldest first."""
    options |= _project_filter(cloud)
    found = list_pages(collection, **options)
    return [row for row in found if row.project_id == cloud.project_id]


def list_pages(
    collection: Any, most: int = sys.maxsize, **options: Any
) -> list[Any]:
    """All pages of a list, the oldest first, at most ``most`` objects.

    ``collection`` is one of mistralclient's managers.
    """
    found: list[Any] = []
    marker = ''
    while len(found) < most:
        limit = min(PAGE_SIZE, most - len(found))
        page = collection.list(marker=marker, limit=limit, **options)
        found += page
        if len(page) < limit:
            break
        marker = page[-1].id
    return found


@convert_errors
def workflow_list(cloud: Cloud, **filters: Any) -> list[Workflow]:
    """The project's workflows with their definitions, the oldest first."""
    workflows = rows.with_plain_rows(mistral_client(cloud).workflows)
    return _list_of_project(
        cloud, workflows, fields=WORKFLOW_FIELDS, **filters
    )


def workflow_get(cloud: Cloud, name: str) -> Workflow:
    """A workflow by its name; NotFound if the project has none."""
    found = [
        one
        for one in workflow_list(cloud, name=name)
        if not getattr(one, 'namespace', '')
    ]
    if not found:
        raise exceptions.NotFound(_NOT_HERE)
    return found[0]


# Mistral needs a second or two to validate a definition. Ours are valid, so
# the requests ask it not to (it obeys if [api] validation_mode is enabled).
# The client has no such parameter, hence its private methods.
_TEXT = {'dump_json': False, 'headers': {'content-type': 'text/plain'}}


@convert_errors
def workflow_create(cloud: Cloud, definition: str) -> Workflow:
    """Create a private workflow of the project.

    Conflict when the project has one of this name.
    """
    made: Workflow = mistral_client(cloud).workflows._create(
        '/workflows?scope=private&skip_validation=true',
        definition,
        response_key='workflows',
        is_iter_resp=True,
        **_TEXT,
    )[0]
    return made


@convert_errors
def workflow_update(cloud: Cloud, workflow_id: str, definition: str) -> None:
    """Replace the definition of a workflow; its triggers stay."""
    workflows = mistral_client(cloud).workflows
    checked_id(cloud, workflows, workflow_id)
    workflows._update(
        f'/workflows/{workflow_id}?scope=private&skip_validation=true',
        definition,
        **_TEXT,
    )


@convert_errors
def workflow_delete(cloud: Cloud, workflow_id: str) -> None:
    """Delete a workflow; Refused while it has cron triggers."""
    workflows = mistral_client(cloud).workflows
    workflows.delete(checked_id(cloud, workflows, workflow_id))


@convert_errors
def cron_trigger_list(cloud: Cloud, **filters: Any) -> list[CronTrigger]:
    """The project's cron triggers, the oldest first."""
    triggers = rows.with_plain_rows(mistral_client(cloud).cron_triggers)
    return _list_of_project(cloud, triggers, fields=TRIGGER_FIELDS, **filters)


@convert_errors
def cron_trigger_get(cloud: Cloud, name: str) -> CronTrigger:
    """A cron trigger by its name or id; NotFound if the project has none."""
    if cloud.admin:
        # by a name alone Mistral may find that of another project
        own = [t for t in cron_trigger_list(cloud) if name in (t.id, t.name)]
        if not own:
            raise exceptions.NotFound(_NOT_HERE)
        return own[0]
    triggers = mistral_client(cloud).cron_triggers
    found: CronTrigger = _of_project(cloud, triggers.get(name))
    return found


@convert_errors
def cron_trigger_create(
    cloud: Cloud,
    name: str,
    workflow_id: str,
    pattern: str | None,
    workflow_input: Mapping[str, Any],
    env: Mapping[str, Any] | None = None,
    *,
    first: datetime.datetime | None = None,
    count: int | None = None,
) -> CronTrigger:
    """Create a cron trigger of the user's; ``pattern`` is cron in UTC.

    ``first`` is an aware time, at least a minute from now, at which it fires
    first, whatever the pattern is. ``count`` is how often it fires in all.
    ``env`` is the environment of the executions that it starts.
    """
    first_time = None
    if first:
        first_time = f'{first.astimezone(datetime.UTC):%Y-%m-%d %H:%M}'
    client = mistral_client(cloud)
    made: CronTrigger = client.cron_triggers.create(
        name,
        checked_id(cloud, client.workflows, workflow_id),
        workflow_input=workflow_input,
        workflow_params={'env': env} if env else None,
        pattern=pattern,
        first_time=first_time,
        count=count,
    )
    return made


@convert_errors
def cron_trigger_delete(cloud: Cloud, trigger_id: str) -> None:
    """Delete a cron trigger; executions that it started go on."""
    triggers = mistral_client(cloud).cron_triggers
    triggers.delete(checked_id(cloud, triggers, trigger_id))


@convert_errors
def execution_list(
    cloud: Cloud,
    limit: int,
    marker: str | None = '',
    order: str = 'desc',
    more: Iterable[str] = (),
    **filters: Any,
) -> list[WorkflowExecution]:
    """One page of the project's executions.

    ``marker`` is the id of the last one on the page before, ``order`` is
    'asc' or 'desc', ``more`` names fields that take longer, such as output.
    Executions of the same second are sorted by id in the same order: by
    default Mistral sorts them by ascending id in either order, and the way
    back through the pages would skip some.
    """
    found: list[WorkflowExecution] = mistral_client(cloud).executions.list(
        marker=marker or '',
        limit=limit,
        sort_keys='created_at,id',
        sort_dirs=f'{order},{order}',
        fields=[*EXECUTION_FIELDS, *more],
        **_project_filter(cloud),
        **filters,
    )
    return found


@convert_errors
def execution_ids(cloud: Cloud, workflow_name: str, most: int) -> set[str]:
    """Ids of the oldest executions of a workflow, at most ``most``."""
    found = _list_of_project(
        cloud,
        rows.with_plain_rows(mistral_client(cloud).executions),
        workflow_name=workflow_name,
        fields=['id', 'project_id'],
        most=most,
    )
    return {row.id for row in found}


@convert_errors
def execution_get(cloud: Cloud, execution_id: str) -> WorkflowExecution:
    """An execution with its output; NotFound if the project has none."""
    executions = mistral_client(cloud).executions
    found: WorkflowExecution = _of_project(cloud, executions.get(execution_id))
    return found


@convert_errors
def execution_create(
    cloud: Cloud,
    workflow_id: str,
    workflow_input: Mapping[str, Any],
    description: str = '',
    env: Mapping[str, Any] | None = None,
) -> WorkflowExecution:
    """Start a workflow now."""
    params = {'env': env} if env else {}
    client = mistral_client(cloud)
    checked_id(cloud, client.workflows, workflow_id)
    made: WorkflowExecution = client.executions.create(
        workflow_id, '', workflow_input, description, **params
    )
    return made


@convert_errors
def execution_cancel(cloud: Cloud, execution_id: str) -> None:
    """End an execution as CANCELLED."""
    mistral_client(cloud).executions.update(execution_id, 'CANCELLED')


@convert_errors
def execution_fail(cloud: Cloud, execution_id: str, reason: str) -> str:
    """End an execution in ERROR, with ``reason`` as its state_info.

    Returns the state_info that it has then: another one if somebody else
    ended it before. The client's own method does not take a reason.
    """
    ended = mistral_client(cloud).executions._update(
        f'/executions/{execution_id}',
        {'state': 'ERROR', 'state_info': reason},
    )
    return ended.state_info or ''


@convert_errors
def execution_delete(cloud: Cloud, execution_id: str) -> None:
    """Delete an execution; Refused while it goes on."""
    mistral_client(cloud).executions.delete(execution_id)


@convert_errors
def action_names(cloud: Cloud, prefix: str) -> set[str]:
    """Names of the installed actions that contain ``prefix``."""
    found = mistral_client(cloud).actions.list(
        limit=PAGE_SIZE, fields=['name'], name=f'has:{prefix}'
    )
    return {action.name for action in found}
