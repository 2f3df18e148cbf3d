# SPDX-License-Identifier: Apache-2.0
"""A project with many volumes: snapshots of them, directly and by a run."""

from concurrent import futures
import time

from protection_dashboard.executions import service as execution_service
from protection_dashboard.plans import service as plan_service
from protection_dashboard.protectables.base import Resource
from tests.support import factories
from tests.support import sandboxes
from tests.support.waiting import until

#: how many volumes are worked on at once, as in a run
AT_ONCE = 8
_LIMIT = 3600


def _for_each(call, items):
    """The results of a call for each item, AT_ONCE at a time."""
    with futures.ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(call, items))


class Project:
    """Volumes of 1 GiB, which are the same for all sizes."""

    def __init__(self, cloud):
        self.cloud = cloud
        self._cinder = sandboxes.cinder_of(cloud)
        self._volumes = []

    def volumes(self, count):
        """``count`` Resources; those that are missing are made."""
        numbers = range(len(self._volumes), count)
        self._volumes += _for_each(self._volume, numbers)
        return self._volumes[:count]

    def _volume(self, number):
        made = self._cinder.volumes.create(1, name=f'run-{number:04}')
        until(
            lambda: self._cinder.volumes.get(made.id).status == 'available',
            _LIMIT,
        )
        return Resource(made.id, 'volume', made.name, 'available', 'available')

    def direct_seconds(self, volumes):
        """How long it takes to make a snapshot of each, until all are good.

        They are gone afterwards.
        """
        begin = time.monotonic()
        _for_each(self._snapshot, volumes)
        took = time.monotonic() - begin
        self._clear()
        return took

    def _snapshot(self, volume):
        snapshots = self._cinder.volume_snapshots
        made = snapshots.create(volume.id, name=volume.name)
        until(
            lambda: snapshots.get(made.id).status == 'available',
            _LIMIT,
            pause=0.1,
        )

    def plan(self, volumes):
        """A new plan of some volumes."""
        return plan_service.plan_create(self.cloud, _document(volumes))

    def run_seconds(self, plan):
        """How long a run of a plan takes."""
        begin = time.monotonic()
        run_id = execution_service.execute_plan(self.cloud, plan)
        until(lambda: self._is_ended(run_id), _LIMIT, pause=0.1)
        return time.monotonic() - begin

    def good_points(self, plan):
        """How many good recovery points there are of a plan."""
        return sum(
            point.mark.plan == plan.id and point.state == 'available'
            for point in factories.SNAPSHOT.points(self.cloud)
        )

    def remove(self, plan):
        """Delete a plan and all recovery points."""
        plan_service.plan_delete(self.cloud, plan)
        self._clear()

    def _is_ended(self, run_id):
        return execution_service.execution_get(self.cloud, run_id).ended

    def _clear(self):
        snapshots = self._cinder.volume_snapshots
        _for_each(snapshots.delete, snapshots.list(detailed=False))
        until(lambda: not snapshots.list(detailed=False), _LIMIT)


def _document(volumes):
    return sandboxes.with_resources(*map(factories.document, volumes))
