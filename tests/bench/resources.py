# SPDX-License-Identifier: Apache-2.0
"""Volumes, shares and database instances, in their services' databases."""

import dataclasses
import datetime

from tests.bench import scale
from tests.bench.rows import RANDOM
from tests.bench.rows import Database
from tests.bench.rows import at
from tests.bench.rows import new_id

_KINDS = (
    ('volume', scale.VOLUMES),
    ('share', scale.SHARES),
    ('database', scale.DATABASES),
)


@dataclasses.dataclass(frozen=True)
class Thing:
    """A resource, and how often it may be said to belong to a plan.

    ``tier`` is the value of its metadata 'backup', empty without.
    """

    type: str
    id: str
    name: str
    tier: str = ''


def things():
    """All resources, the kinds mixed."""
    found = [
        Thing(kind, new_id(), f'{kind}-{number:04}')
        for kind, count in _KINDS
        for number in range(count)
    ]
    RANDOM.shuffle(found)
    after = scale.PICKING * scale.PICKED
    volumes = [one for one in found[after:] if one.type == 'volume']
    tiers = {
        one.id: f'gold-{number // scale.MATCHED}'
        for number, one in enumerate(
            volumes[: scale.SELECTING * scale.MATCHED]
        )
    }
    return [
        dataclasses.replace(one, tier=tiers.get(one.id, '')) for one in found
    ]


def fill(seeds, found):
    """Write them all."""
    created = at(scale.NOW - datetime.timedelta(days=scale.DAYS + 10))
    for kind, write in _WRITERS.items():
        write(seeds, [one for one in found if one.type == kind], created)


def _volumes(seeds, found, created):
    cinder = Database('cinder')
    like = cinder.row('volumes', id=seeds.volume)
    cinder.add(
        'volumes',
        (
            {**like, 'id': one.id, 'display_name': one.name}
            | {'created_at': created}
            for one in found
        ),
    )
    cinder.add(
        'volume_metadata',
        (
            {'volume_id': one.id, 'key': 'backup', 'value': one.tier}
            | {'created_at': created, 'deleted': 0}
            for one in found
            if one.tier
        ),
    )


def _shares(seeds, found, created):
    manila = Database('manila')
    share = manila.row('shares', id=seeds.share)
    instance = manila.row('share_instances', share_id=seeds.share)
    manila.add(
        'shares',
        (
            {**share, 'id': one.id, 'display_name': one.name}
            | {'created_at': created}
            for one in found
        ),
    )
    manila.add(
        'share_instances',
        (
            {**instance, 'id': share_instance(one.id), 'share_id': one.id}
            for one in found
        ),
    )


def share_instance(share_id):
    """Id of the only instance of a share."""
    return f'{share_id[:-1]}{"f" if share_id[-1] != "f" else "0"}'


def _databases(seeds, found, created):
    """All of them on the server of a sample: only Trove's rows are many."""
    trove = Database('trove')
    like = trove.row('instances', name='crm')
    status = trove.row('service_statuses', instance_id=like['id'])
    trove.add(
        'instances',
        (
            {**like, 'id': one.id, 'name': one.name, 'created': created}
            | {'tenant_id': seeds.cloud.project_id}
            for one in found
        ),
    )
    # the guests' word is good for the time of the benchmark
    later = at(scale.NOW + datetime.timedelta(days=30))
    trove.add(
        'service_statuses',
        (
            {**status, 'id': new_id(), 'instance_id': one.id}
            | {'updated_at': later}
            for one in found
        ),
    )


_WRITERS = {'volume': _volumes, 'share': _shares, 'database': _databases}
