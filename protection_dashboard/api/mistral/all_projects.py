# SPDX-License-Identifier: Apache-2.0
"""Mistral as an administrator sees it: all projects at once.

Workflow API v2, https://docs.openstack.org/mistral/latest/user/rest_api_v2.html.
Every list says ``all_projects``, which Mistral refuses to anybody else; none
is walked without a bound. What changes something of a project is not here:
see :meth:`api.cloud.Cloud.within`.
"""

import dataclasses
import json

from protection_dashboard.api.mistral import client as mistral
from protection_dashboard.api.mistral import executions
from protection_dashboard.common import clock

EXECUTION_FIELDS = [*mistral.EXECUTION_FIELDS, 'params']


@mistral.sorted_errors
def execution_page(cloud, limit, marker='', order='desc', **filters):
    """One page of executions of all projects, sorted as mistral.py does."""
    return mistral.connected(cloud).executions.list(
        marker=marker or '',
        limit=limit,
        sort_keys='created_at,id',
        sort_dirs=f'{order},{order}',
        fields=EXECUTION_FIELDS,
        all_projects=True,
        **filters,
    )


@mistral.sorted_errors
def execution_get(cloud, execution_id):
    """One execution, whoever's it is; NotFound otherwise."""
    return mistral.connected(cloud).executions.get(execution_id)


@mistral.sorted_errors
def workflow_walk(cloud, most, **filters):
    """Workflows of all projects with their text, at most ``most``."""
    return mistral.walk(
        mistral.connected(cloud).workflows,
        most,
        fields=mistral.WORKFLOW_FIELDS,
        all_projects=True,
        **filters,
    )


@mistral.sorted_errors
def cron_trigger_walk(cloud, most, **filters):
    """Cron triggers of all projects, at most ``most``."""
    return mistral.walk(
        mistral.connected(cloud).cron_triggers,
        most,
        fields=mistral.TRIGGER_FIELDS,
        all_projects=True,
        **filters,
    )


@mistral.sorted_errors
def overdue(cloud, before, limit):
    """Cron triggers that should have fired before a moment, oldest first.

    ``before`` is aware; they may be of any project and start anything.
    """
    return mistral.connected(cloud).cron_triggers.list(
        limit=limit,
        sort_keys='next_execution_time',
        sort_dirs='asc',
        fields=['id', 'name', 'next_execution_time', 'project_id'],
        all_projects=True,
        next_execution_time=f'lt:{clock.text(before)}',
    )


@mistral.sorted_errors
def action_run(cloud, name, **given):
    """What an action gives that an executor runs now; nothing is stored."""
    made = mistral.connected(cloud).action_executions.create(
        name, given, run_sync=True, save_result=False
    )
    return json.loads(made.output)['result']


def run_rows(cloud, pages, since, **filters):
    """As ``mistral_runs.walk``, of all projects; rows tell their project."""
    return executions.walk(
        # for whoever is no administrator there it filters nothing
        dataclasses.replace(cloud, admin=False),
        pages,
        clock.text(since),
        more=('project_id',),
        all_projects='true',
        **filters,
    )


@mistral.sorted_errors
def environment_list(cloud, prefix):
    """Environments of all projects whose names contain a text."""
    return mistral.connected(cloud).environments.list(
        name=f'has:{prefix}', fields=['name', 'variables', 'project_id']
    )
