# SPDX-License-Identifier: Apache-2.0
"""Mistral: workflows, cron triggers, executions, tasks and actions.

Workflow API v2, https://docs.openstack.org/mistral/latest/user/rest_api_v2.html.
A token with the role admin sees every project in every plain list, so each
list is filtered by project.
"""

import datetime
import sys

from mistralclient.api import base
from mistralclient.api.v2 import client

from protection_dashboard import exceptions
from protection_dashboard.api import errors
from protection_dashboard.api import rows

TYPE = 'workflowv2'
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
PAGE = 1000
WORKFLOW_FIELDS = ['id', 'name', 'definition', 'project_id', 'updated_at']

sorted_errors = errors.of('Mistral', base.APIException)


def connected(cloud):
    return client.Client(
        mistral_url=cloud.url(TYPE),
        session=cloud.session(TYPE),
        enforce_raw_definitions=True,
    )


def _own(cloud):
    """The filter an administrator's token needs; a member may not send it."""
    return {'project_id': cloud.project_id} if cloud.admin else {}


def _mine(cloud, found):
    """The object, unless an administrator's token reached too far."""
    if found.project_id != cloud.project_id:
        raise exceptions.NotFound("Mistral: not found in this project.")
    return found


def _all(cloud, collection, **options):
    """The project's part of a list, oldest first."""
    found = walk(collection, **_own(cloud), **options)
    return [one for one in found if one.project_id == cloud.project_id]


def walk(collection, most=sys.maxsize, **options):
    """Page after page of a list, oldest first, at most ``most`` rows."""
    found, marker = [], ''
    while len(found) < most:
        limit = min(PAGE, most - len(found))
        page = collection.list(marker=marker, limit=limit, **options)
        found += page
        if len(page) < limit:
            break
        marker = page[-1].id
    return found


@sorted_errors
def workflow_list(cloud, **filters):
    """The project's workflows with their text."""
    workflows = rows.rows(connected(cloud).workflows)
    return _all(cloud, workflows, fields=WORKFLOW_FIELDS, **filters)


@sorted_errors
def workflow_get(cloud, name):
    return _mine(cloud, connected(cloud).workflows.get(name))


# Mistral checks a definition for a second or two; ours is right, so spare it
# the work where its operator lets us ([api] validation_mode = enabled). The
# client knows no such parameter.
_AS_IT_IS = {'dump_json': False, 'headers': {'content-type': 'text/plain'}}


@sorted_errors
def workflow_create(cloud, definition):
    return connected(cloud).workflows._create(
        '/workflows?scope=private&skip_validation=true',
        definition,
        response_key='workflows',
        is_iter_resp=True,
        **_AS_IT_IS,
    )[0]


@sorted_errors
def workflow_update(cloud, workflow_id, definition):
    return connected(cloud).workflows._update(
        f'/workflows/{workflow_id}?scope=private&skip_validation=true',
        definition,
        **_AS_IT_IS,
    )


@sorted_errors
def workflow_delete(cloud, workflow_id):
    connected(cloud).workflows.delete(workflow_id)


@sorted_errors
def cron_trigger_list(cloud, **filters):
    triggers = rows.rows(connected(cloud).cron_triggers)
    return _all(cloud, triggers, fields=TRIGGER_FIELDS, **filters)


@sorted_errors
def cron_trigger_get(cloud, name):
    return _mine(cloud, connected(cloud).cron_triggers.get(name))


@sorted_errors
def cron_trigger_create(
    cloud,
    name,
    workflow_id,
    pattern,
    workflow_input,
    env=None,
    *,
    first=None,
    count=None,
):
    """A trigger of the user's; ``pattern`` is in UTC.

    ``first`` is an aware moment more than a minute ahead at which it starts
    whatever the pattern says, ``count`` how often it starts in all.
    """
    if first:
        first = f'{first.astimezone(datetime.UTC):%Y-%m-%d %H:%M}'
    return connected(cloud).cron_triggers.create(
        name,
        workflow_id,
        workflow_input=workflow_input,
        workflow_params={'env': env} if env else None,
        pattern=pattern,
        first_time=first,
        count=count,
    )


@sorted_errors
def cron_trigger_delete(cloud, trigger_id):
    connected(cloud).cron_triggers.delete(trigger_id)


@sorted_errors
def execution_list(cloud, limit, marker='', order='desc', more=(), **filters):
    """One page of the project's executions.

    ``more`` names fields that cost, such as output. Runs of the same second
    are sorted by id: left to itself Mistral sorts them upwards in both
    directions, and a page back would lose some.
    """
    return connected(cloud).executions.list(
        marker=marker or '',
        limit=limit,
        sort_keys='created_at,id',
        sort_dirs=f'{order},{order}',
        fields=[*EXECUTION_FIELDS, *more],
        **_own(cloud),
        **filters,
    )


@sorted_errors
def execution_ids(cloud, workflow_name, most):
    """Ids of the oldest executions of a workflow, at most so many."""
    executions = rows.rows(connected(cloud).executions)
    options = {'fields': ['id', 'project_id'], 'most': most}
    found = _all(cloud, executions, workflow_name=workflow_name, **options)
    return {one.id for one in found}


@sorted_errors
def execution_get(cloud, execution_id):
    return _mine(cloud, connected(cloud).executions.get(execution_id))


@sorted_errors
def execution_create(
    cloud, workflow_id, workflow_input, description='', env=None
):
    params = {'env': env} if env else {}
    return connected(cloud).executions.create(
        workflow_id, '', workflow_input, description, **params
    )


@sorted_errors
def execution_cancel(cloud, execution_id):
    connected(cloud).executions.update(execution_id, 'CANCELLED')


@sorted_errors
def execution_fail(cloud, execution_id, reason):
    """End an execution in ERROR with a reason; the client takes no reason."""
    connected(cloud).executions._update(
        f'/executions/{execution_id}',
        {'state': 'ERROR', 'state_info': reason},
    )


@sorted_errors
def execution_delete(cloud, execution_id):
    connected(cloud).executions.delete(execution_id)


@sorted_errors
def action_names(cloud, prefix):
    """Names of the installed actions that contain a text."""
    found = connected(cloud).actions.list(
        limit=PAGE, fields=['name'], name=f'has:{prefix}'
    )
    return {action.name for action in found}
