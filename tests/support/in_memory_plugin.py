# SPDX-License-Identifier: Apache-2.0
"""A third party's plugin that keeps disks and their copies in memory.

What a run does is told by the contract of protectables and protections: a
plugin that is installed as any other, by entry points, shows it without a
cloud.
"""

import contextlib
import dataclasses
import datetime
import sys

import pytest

from protection_dashboard import exceptions
from protection_dashboard import plugins
from protection_dashboard.api.cloud import Cloud
from protection_dashboard.protectables.base import Protectable
from protection_dashboard.protectables.base import Resource
from protection_dashboard.protections import base

PLAN = '0b5bbbd2-0f27-4c9e-8c0f-0f2f3ee1a3d6'
RUN = '53333333-0f27-4c9e-8c0f-0f2f3ee1a3d6'
#: of a run, in a cloud without any service
CLOUD = Cloud(token='', project_id='', catalog=[], execution=RUN)
CREATED = datetime.datetime(2026, 11, 21, 2, 30, tzinfo=datetime.UTC)
_METADATA = 'Metadata-Version: 2.1\nName: in-memory\nVersion: 1\n'
_ENTRIES = """\
[protection_dashboard.protectables]
disk = tests.support.in_memory_plugin:Disk
[protection_dashboard.protections]
disk_copy = tests.support.in_memory_plugin:DiskCopy
"""


def disk(disk_id, state=base.AVAILABLE, **facts):
    """The Resource of a disk."""
    given = {'name': disk_id, 'status': state, 'state': state, **facts}
    return Resource(id=disk_id, type=Disk.slug, **given)


def copy(name, parent='', state=base.AVAILABLE, plan=PLAN, **facts):
    """The RecoveryPoint of a copy of the disk 'web'."""
    given = {
        'id': name,
        'protection': DiskCopy.slug,
        'resource_type': Disk.slug,
        'resource_id': 'web',
        'name': f'copy {name}',
        'description': '',
        'status': f'status {state}',
        'state': state,
        'created': CREATED,
        'mark': base.Mark(plan=plan, execution=facts.pop('execution', '')),
        'parent': parent,
        **facts,
    }
    return base.RecoveryPoint(**given)


class _Kept:
    """Things by id; what an id has in ``errors`` is raised instead."""

    def __init__(self):
        self.empty()

    def empty(self):
        self.known, self.errors = {}, {}

    def keep(self, *things):
        self.known.update((one.id, one) for one in things)

    def show(self, cloud, one_id):
        if one_id in self.errors:
            raise self.errors[one_id]
        if one_id not in self.known:
            raise exceptions.NotFound("No such thing.")
        return self.known[one_id]


class Disk(_Kept, Protectable):
    slug = 'disk'
    name = "Disk"

    def list(self, cloud):
        if '' in self.errors:
            raise self.errors['']
        return [*self.known.values()]

    def names(self, cloud):
        return {one.id: one.name for one in self.known.values()}


class DiskCopy(_Kept, base.Protection):
    """Copies go at the second look; one that others build on is refused.

    ``going`` are ids of copies whose deletion has begun, in its order. With
    ``makes`` it makes real copies, in ``new_state``; ``faults`` are then, for
    its next calls in their order, pairs (whether it has done its work, the
    error that it raises), or None for a call without a fault.
    """

    slug = 'disk_copy'
    name = "Copy of the disk"
    protectables = ('disk',)
    service = "Disks"
    OPTIONS_SCHEMA = RESTORE_SCHEMA = {'type': 'object', 'properties': {}}

    def empty(self):
        super().empty()
        self.going, self.obstacles = [], {}
        self.makes, self.new_state = False, base.AVAILABLE
        self.faults, self.lists_by_mark = [], False

    def obstacle(self, cloud, resource):
        return self.obstacles.get(resource.id, '')

    def defaults(self, resource):
        return {}

    def restore_defaults(self, point, original):
        return {}

    def delivered(self, cloud, resource, mark):
        if not self.makes:
            return None
        found = self.points(cloud, resource.id)
        return next((one.id for one in found if one.mark == mark), None)

    def protect(self, cloud, resource, options, mark):
        if not self.makes:
            return resource.id
        made = copy(
            f'{resource.id}-{len(self.known)}',
            state=self.new_state,
            resource_id=resource.id,
            mark=mark,
        )
        with self.fault():
            self.keep(made)
        return made.id

    @contextlib.contextmanager
    def fault(self):
        """The next fault, before or after the block."""
        is_done, error = (self.faults and self.faults.pop(0)) or (True, None)
        if error and not is_done:
            raise error
        yield
        if error:
            raise error

    def made(self, cloud, token):
        return self.show(cloud, token.removeprefix('token:'))

    def restore(self, cloud, point, options):
        return point.id

    def restored(self, cloud, token, resource_type):
        disk_id = token.removeprefix('token:')
        return super().restored(cloud, disk_id, resource_type)

    def delete(self, cloud, point_id):
        if any(point_id == one.parent for one in self.known.values()):
            raise exceptions.Refused("Others build on it.")
        self.going.append(point_id)
        if self.known[point_id].state == base.AVAILABLE:
            self.keep(
                dataclasses.replace(self.known[point_id], state=base.PENDING)
            )
        return f'token:{point_id}'

    def deleted(self, cloud, token):
        point = self.show(cloud, token.removeprefix('token:'))
        if point.id in self.going and point.state == base.PENDING:
            del self.known[point.id]
        return point

    def points(self, cloud, resource_id=None, limit=None, offset=0):
        if resource_id in self.errors:
            raise self.errors[resource_id]
        return [
            one
            for one in self.known.values()
            if resource_id in (None, one.resource_id)
        ]


@pytest.fixture(scope='module')
def plugin(tmp_path_factory):
    """The plugin is installed, in a folder of its own."""
    folder = tmp_path_factory.mktemp('plugin')
    info = folder / 'in_memory-1.dist-info'
    info.mkdir()
    (info / 'METADATA').write_text(_METADATA)
    (info / 'entry_points.txt').write_text(_ENTRIES)
    sys.path.append(str(folder))
    plugins.installed_plugins.cache_clear()
    yield
    sys.path.remove(str(folder))
    plugins.installed_plugins.cache_clear()


@pytest.fixture
def copies(plugin):
    """The DiskCopy that is installed, without any copies."""
    protection = plugins.protection(DiskCopy.slug)
    protection.empty()
    return protection


@pytest.fixture
def disks(copies):
    """The Disk that is installed, without any disks."""
    protectable = plugins.protectable(Disk.slug)
    protectable.empty()
    return protectable
