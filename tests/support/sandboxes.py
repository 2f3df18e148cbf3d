# SPDX-License-Identifier: Apache-2.0
"""What a test makes in a project, all of it gone after the test."""

import contextlib
import datetime
import time
import uuid

from cinderclient import client as cinder_client

from protection_dashboard import exceptions
from protection_dashboard.api import errors
from protection_dashboard.api.mistral import client as mistral
from protection_dashboard.executions import records as execution_records
from protection_dashboard.executions import service as execution_service
from protection_dashboard.executions import steps as execution_steps
from protection_dashboard.plans import document as plan_document
from protection_dashboard.plans import service as plan_service
from protection_dashboard.protections.base import Mark
from protection_dashboard.workflows import definitions
from tests.support import factories
from tests.support.waiting import until


def cinder_of(cloud):
    """A client of Cinder as this user, for what our pages do not do."""
    return cinder_client.Client('3.55', session=cloud.session('block-storage'))


class Sandbox:
    """Makes plans, runs, points and volumes; ``clear`` removes them.

    Other people use the same project at the same time: it knows its own
    recovery points by the plans and runs that mark them, and touches no
    others.
    """

    def __init__(self, cloud):
        self.act_through(cloud)
        self.plan_ids = set()
        self.run_ids = set()
        self.by_document = {}
        self.endless_ids = []
        self.volumes = []
        self.made_at = 0

    def act_through(self, cloud):
        """Use this Cloud of the same user from now on: its token is young."""
        self.cloud = cloud
        self.cinder = cinder_of(cloud)

    def document(self, resource, pattern=None, **options):
        """A plan document whose recovery points go with this sandbox."""
        return self.known(factories.document(resource, pattern, **options))

    def known(self, document):
        self.plan_ids.add(document['id'])
        return document

    def plan(self, resource, pattern=None, **options):
        document = self.document(resource, pattern, **options)
        return plan_service.plan_create(self.cloud, document)

    def hollow(self, resource):
        """The workflow of a plan that lost its document: runs fail soon."""
        document = self.document(resource)
        body = {**definitions.workflow_template('plan'), 'vars': {'plan': ''}}
        text = definitions.dump_definition(
            definitions.plan_workflow_name(document['id']), body
        )
        return mistral.workflow_create(self.cloud, text)

    def endless(self, name):
        """A run that goes on, of a plan that is gone; the run's id."""
        workflow_name = definitions.plan_workflow_name(str(uuid.uuid4()))
        body = {
            'tags': ['protection', 'protection-plan'],
            'input': ['name', 'by'],
            'tasks': {'wait': {'action': 'std.async_noop'}},
        }
        text = definitions.dump_definition(workflow_name, body)
        workflow = mistral.workflow_create(self.cloud, text)
        given = {'name': name, 'by': self.cloud.user}
        made = mistral.execution_create(self.cloud, workflow.id, given).id
        mistral.workflow_delete(self.cloud, workflow.id)
        self.endless_ids.append(self.started(made))
        return made

    def start(self, document):
        """Protect once, without a plan that stays; the run's id."""
        run_id = execution_service.protect_now(self.cloud, document)
        self.by_document[document['id']] = run_id
        return self.started(run_id)

    def started(self, run_id):
        self.run_ids.add(run_id)
        return run_id

    def ended(self, run_id):
        return factories.ended(self.cloud, self.started(run_id))

    def point(self, resource, state='available', plan=None, schedules=()):
        """A recovery point as a run would make it, but without a run.

        ``schedules`` are the ids of those that it counts for. Names and times
        tell whole seconds: of one plan's points each has a second of its own,
        so that their order is known.
        """
        if plan:
            until(lambda: int(time.time()) > self.made_at)
        document = plan.document if plan else self.document(resource)
        first, *also = schedules or ('',)
        mark = Mark(document['id'], first, str(uuid.uuid4()), also=tuple(also))
        now = datetime.datetime.now(datetime.UTC)
        (step,) = execution_steps.plan_steps(
            plan_document.resource_entries(document), mark, now
        )
        made = execution_steps.begin_protection(self.cloud, step)['id']
        self.made_at = int(time.time())
        return until(lambda: self._point_in(made, state))

    def _point_in(self, point_id, state):
        found = factories.SNAPSHOT.show(self.cloud, point_id)
        return found if found.state == state else None

    def points(self, document):
        """The recovery points that the runs of a document made."""
        once = self.by_document.get(document['id'])
        return [
            point
            for point in factories.SNAPSHOT.points(self.cloud)
            if point.mark.plan == document['id']
            or (once and point.mark.execution == once)
        ]

    def volume(self, name, status='available', **options):
        """A new volume of 1 GiB, as a Resource, once it has the status."""
        made = self.cinder.volumes.create(1, name=name, **options)
        self.volumes.append(made.id)
        return until(lambda: self._volume_in(made.id, status))

    def _volume_in(self, volume_id, status):
        found = factories.VOLUME.show(self.cloud, volume_id)
        return found if found.status == status else None

    def clear(self):
        for run_id in self.endless_ids:
            with contextlib.suppress(exceptions.NotFound):
                mistral.execution_cancel(self.cloud, run_id)
        if self.plan_ids:
            self._clear_plans()
        for run_id in self.run_ids:
            self._forget(run_id)
        until(self._is_calm)
        for point in self._points():
            self._delete_point(point)
        # a volume whose snapshot is being deleted cannot be deleted itself
        until(lambda: not self._points())
        for volume_id in self.volumes:
            self._delete_volume(volume_id)

    def _clear_plans(self):
        """The plans' workflows; their runs are known from then on."""
        name = execution_records.plan_workflows_filter(self.plan_ids)
        for workflow in mistral.workflow_list(self.cloud, name=name):
            # a hollow one has no document
            (plan_id,) = definitions.plan_ids([workflow])
            hollow = {'id': plan_id, 'resources': []}
            plan = plan_document.Plan(hollow, workflow.id)
            plan_service.plan_delete(self.cloud, plan)
        found = execution_service.list_executions(
            self.cloud, 100, workflow_name=name
        )
        self.run_ids.update(run.id for run in found)

    def _forget(self, run_id):
        with contextlib.suppress(exceptions.NotFound):
            # what Mistral lost as a test restarted it ends after 180 seconds
            run = until(lambda: self._at_rest(run_id), 300)
            execution_service.execution_delete(self.cloud, run)

    def _at_rest(self, run_id):
        run = execution_service.execution_get(self.cloud, run_id)
        return run if run.ended else None

    def _is_calm(self):
        """Cinder deletes nothing that it is still making."""
        return all(point.state != 'pending' for point in self._points())

    def _points(self):
        return [
            point
            for point in factories.SNAPSHOT.points(self.cloud)
            if point.mark.plan in self.plan_ids
            or point.mark.execution in self.run_ids
        ]

    def _delete_point(self, point):
        with (
            contextlib.suppress(exceptions.NotFound),
            errors.convert_errors('Cinder'),
        ):
            snapshots = self.cinder.volume_snapshots
            snapshots.delete_metadata(point.id, _faults(snapshots, point.id))
            snapshots.delete(point.id)

    def _delete_volume(self, volume_id):
        with (
            contextlib.suppress(exceptions.NotFound),
            errors.convert_errors('Cinder'),
        ):
            volumes = self.cinder.volumes
            volumes.delete_metadata(volume_id, _faults(volumes, volume_id))
            volumes.delete(volume_id, cascade=True)


def _faults(collection, found_id):
    metadata = collection.get(found_id).metadata
    return [key for key in metadata if key.startswith('fault_')]


@contextlib.contextmanager
def kept(cloud):
    """A Sandbox of a cloud that is cleared whatever happens."""
    sandbox = Sandbox(cloud)
    try:
        yield sandbox
    finally:
        sandbox.clear()


def with_resources(document, *others):
    """The document with further resources, of other documents."""
    resources = [*document['resources']]
    for other in others:
        resources += other['resources']
    return {**document, 'resources': resources}


def plan_of_one(plan, resource):
    """The plan as if it had only one of the resources that it names."""
    entries = plan.document['resources']
    (entry,) = [one for one in entries if one['id'] == resource.id]
    one = {**plan.document, 'resources': [entry]}
    return plan_document.Plan(one, plan.workflow_id)


def with_entry(document, **facts):
    """The document with other facts of its only resource."""
    (entry,) = document['resources']
    return {**document, 'resources': [{**entry, **facts}]}
