# SPDX-License-Identifier: Apache-2.0
"""Mistral runs workflows, knows our actions and those of the services."""

import uuid

from mistralclient.api import client
import pytest

from cloud.services.mistral.service import Mistral
from cloud.supervisor import control
from cloud.users import open_session

pytestmark = pytest.mark.usefixtures('running_cloud')

WORKFLOW = """
version: '2.0'
{name}:
  output:
    volumes: <% $.volumes %>
    status: <% $.status %>
  tasks:
    volumes:
      action: cinder.volumes_list
      publish:
        volumes: <% task().result.select($.name) %>
      on-success: keystone
    keystone:
      action: std.http url="{url}"
      publish:
        status: <% task().result.status %>
"""


@pytest.fixture(scope='module')
def mistral():
    session = open_session('demo')
    return client.client(
        mistral_url=f'{Mistral().url}/v2',
        auth_token=session.get_token(),
        project_id=session.get_project_id(),
    )


def _run(mistral, name):
    """Return the ended execution of a workflow."""
    run = mistral.executions.create(name)

    def ended():
        nonlocal run
        run = mistral.executions.get(run.id)
        return run.state != 'RUNNING'

    control.wait_until(ended, 30, 'The workflow did not end.')
    return run


def test_it_calls_the_services_of_the_catalog_and_local_addresses(mistral):
    name = f'test.{uuid.uuid4()}'
    url = open_session('demo').get_endpoint(service_type='identity')
    workflow = mistral.workflows.create(WORKFLOW.format(name=name, url=url))
    run = _run(mistral, name)
    mistral.executions.delete(run.id)
    mistral.workflows.delete(workflow[0].id)
    assert run.state == 'SUCCESS'
    assert '"orders-db"' in run.output
    assert '"status": 200' in run.output


def test_it_knows_our_actions(mistral):
    found = mistral.actions.list(name='has:protection.')
    assert {'protection.protect', 'protection.restore'} <= {
        action.name for action in found
    }
