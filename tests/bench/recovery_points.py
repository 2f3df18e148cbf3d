# SPDX-License-Identifier: Apache-2.0
"""Recovery points, in the databases of the services that keep them."""

import collections
import dataclasses
import datetime

from protection_dashboard.protections.mark import Mark
from tests.bench import scale
from tests.bench.resources import share_instance
from tests.bench.rows import RANDOM
from tests.bench.rows import Database
from tests.bench.rows import at
from tests.bench.rows import new_id

_NO_MARK = Mark()


@dataclasses.dataclass(frozen=True)
class Copy:
    """A recovery point of a Thing."""

    thing: object
    made: datetime.datetime
    mark: Mark = _NO_MARK
    id: str = dataclasses.field(default_factory=new_id)

    @property
    def name(self):
        return f'{self.thing.name} {self.made:%Y-%m-%d %H:%M:%S} UTC'


def fill(seeds, things, done):
    """Write those of the newest runs of each plan, and some of no plan."""
    copies = [*_of_runs(done), *_loose(things)]
    for kind, write in _WRITERS.items():
        write(seeds, [one for one in copies if one.thing.type == kind])
    return copies


def _of_runs(done):
    seen = collections.Counter()
    for run in done:
        plan = run.kept.plan.id
        if run.state != 'SUCCESS' or run.by or seen[plan] == scale.POINTS:
            continue
        seen[plan] += 1
        mark = Mark(plan, run.kept.schedule.id, run.id)
        moment = run.started + datetime.timedelta(seconds=3)
        for thing in run.kept.things:
            yield Copy(thing, moment, mark)


def _loose(things):
    for _number in range(scale.LOOSE_POINTS):
        hours = RANDOM.randrange(scale.DAYS * 24)
        made = scale.NOW - datetime.timedelta(hours=hours)
        yield Copy(RANDOM.choice(things), made)


def _snapshots(seeds, copies):
    cinder = Database('cinder')
    like = cinder.row('snapshots', project_id=seeds.cloud.project_id)
    cinder.add(
        'snapshots',
        (
            {**like, 'id': one.id, 'volume_id': one.thing.id}
            | {'display_name': one.name, 'created_at': at(one.made)}
            for one in copies
        ),
    )
    cinder.add('snapshot_metadata', _metadata(copies, 'snapshot_id', 0))


def _metadata(copies, column, deleted):
    return (
        {column: one.id, 'key': key, 'value': value}
        | {'created_at': at(one.made), 'deleted': deleted}
        for one in copies
        for key, value in one.mark.metadata().items()
    )


def _share_snapshots(seeds, copies):
    manila = Database('manila')
    like = manila.row('share_snapshots', share_id=seeds.share)
    inner = manila.row('share_snapshot_instances', snapshot_id=like['id'])
    manila.add(
        'share_snapshots',
        (
            {**like, 'id': one.id, 'share_id': one.thing.id}
            | {'display_name': one.name, 'created_at': at(one.made)}
            for one in copies
        ),
    )
    manila.add(
        'share_snapshot_instances',
        (
            {**inner, 'id': new_id(), 'snapshot_id': one.id}
            | {'share_instance_id': share_instance(one.thing.id)}
            for one in copies
        ),
    )
    manila.add(
        'share_snapshot_metadata',
        _metadata(copies, 'share_snapshot_id', 'False'),
    )


def _backups(seeds, copies):
    """Trove makes none of itself here: every column is told."""
    trove = Database('trove')
    version = trove.row('instances', name='crm')['datastore_version_id']
    trove.add(
        'backups',
        (
            {
                'id': one.id,
                'name': one.name,
                'description': one.mark.written("Nightly copy", 255, size=1),
                'location': f'http://127.0.0.1/backups/{one.id}',
                'backup_type': 'xtrabackup',
                'size': 0.4,
                'tenant_id': seeds.cloud.project_id,
                'state': 'COMPLETED',
                'instance_id': one.thing.id,
                'deleted': 0,
                'created': at(one.made),
                'updated': at(one.made + datetime.timedelta(minutes=2)),
                'datastore_version_id': version,
            }
            for one in copies
        ),
    )


_WRITERS = {
    'volume': _snapshots,
    'share': _share_snapshots,
    'database': _backups,
}
