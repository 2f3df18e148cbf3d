# SPDX-License-Identifier: Apache-2.0
"""Schedules that people make with python-troveclient, gone after the test."""

import contextlib
import functools
import json

from mistralclient.api.v2 import client as mistral

from protection_dashboard import exceptions
from protection_dashboard.api import errors
from protection_dashboard.api.mistral import trove_schedules
from tests.support import trove_databases
from tests.support.waiting import until

NEVER = '0 3 1 1 *'
WORKFLOW = trove_schedules.WORKFLOW
_STAYS = (exceptions.NotFound, exceptions.Refused, exceptions.Unavailable)


class DatabaseClient:
    """The client's own functions, and what Mistral's client can do beside.

    ``clear`` removes the schedules of its instances and their executions.
    """

    def __init__(self, cloud):
        self.cloud = cloud
        self.instances = set()
        self.backups = trove_databases.trove_of(cloud).backups
        self.mistral = mistral.Client(
            mistral_url=cloud.url('workflowv2'),
            session=cloud.session('workflowv2'),
        )

    def __getattr__(self, name):
        """A function about schedules, with the one client it needs."""
        function = getattr(self.backups, name)
        return functools.partial(function, mistral_client=self.mistral)

    def create(self, instance_id, pattern=NEVER, name='nightly', **options):
        """What ``openstack database backup schedule create`` does."""
        self.instances.add(instance_id)
        return self.schedule_create(instance_id, pattern, name, **options)

    def trigger(self, name, workflow_input, pattern=NEVER, **options):
        """A cron trigger of the same workflow, by hand."""
        self.instances.add(workflow_input['instance'])
        return self.mistral.cron_triggers.create(
            name, WORKFLOW, workflow_input, pattern=pattern, **options
        )

    def ended(self, execution_id):
        """The execution once it has ended."""
        return until(lambda: self._at_rest(execution_id))

    def _at_rest(self, execution_id):
        found = self.mistral.executions.get(execution_id)
        return found if found.state in ('SUCCESS', 'ERROR') else None

    def clear(self):
        triggers = self.mistral.cron_triggers
        for one in triggers.list(workflow_name=WORKFLOW):
            if self._mine(one.workflow_input):
                triggers.delete(one.id)
        for one in self.mistral.executions.list(workflow_name=WORKFLOW):
            if self._mine(one.input):
                self._forget(one.id)

    def _mine(self, text):
        return json.loads(text)['instance'] in self.instances

    def _forget(self, execution_id):
        with contextlib.suppress(*_STAYS), errors.convert_errors('Mistral'):
            self.mistral.executions.delete(self.ended(execution_id).id)


@contextlib.contextmanager
def kept(cloud):
    """A DatabaseClient of a cloud that is cleared whatever happens."""
    made = DatabaseClient(cloud)
    try:
        yield made
    finally:
        made.clear()
