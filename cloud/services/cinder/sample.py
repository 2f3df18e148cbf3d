# SPDX-License-Identifier: Apache-2.0
"""Volume types and quotas, and the sample volumes of the tenants."""

import time

from cinderclient import client

from cloud.services.cinder import volume_bytes

VERSION = '3.71'


def seed(cloud_session):
    """Create the volume type and raise the quotas.

    The quotas' defaults (10 volumes, 10 snapshots) are rows that Cinder
    wrote with its schema: options in cinder.conf have no effect on them.
    """
    cinder = client.Client(VERSION, session=cloud_session)
    if 'file' not in {kind.name for kind in cinder.volume_types.list()}:
        kind = cinder.volume_types.create('file')
        kind.set_keys(
            {'volume_backend_name': 'file', 'multiattach': '<is> True'}
        )
    cinder.quota_classes.update(
        'default',
        volumes=200,
        snapshots=2000,
        backups=200,
        gigabytes=10000,
        backup_gigabytes=10000,
    )


def sample(sessions):
    """Create volumes and snapshots in the projects demo and alt."""
    demo = Tenant(client.Client(VERSION, session=sessions('demo')))
    alt = Tenant(client.Client(VERSION, session=sessions('alt')))
    _fill_web_data(demo.ensure_volume('web-data'))
    demo.ensure_volume('orders-db')  # Nova's sample attaches it
    scratch = demo.ensure_volume('scratch')
    demo.ensure_snapshot('scratch-by-hand', scratch)
    alt.ensure_snapshot('alt-by-hand', alt.ensure_volume('alt-data'))


class Tenant:
    """A project's volumes and snapshots, by name."""

    def __init__(self, cinder):
        self.cinder = cinder

    def ensure_volume(self, name):
        """Return the volume of this name (1 GiB), made where missing."""
        volumes = self.cinder.volumes
        found = volumes.list(search_opts={'name': name})
        volume = found[0] if found else volumes.create(1, name=name)
        return _settled(volumes, volume)

    def ensure_snapshot(self, name, volume):
        """Return the snapshot of this name, made where missing."""
        snapshots = self.cinder.volume_snapshots
        found = snapshots.list(search_opts={'name': name})
        snapshot = (
            found[0] if found else snapshots.create(volume.id, name=name)
        )
        return _settled(snapshots, snapshot)


def _settled(collection, resource, *, limit=30):
    """Wait until Cinder has made the resource; at most limit seconds."""
    end = time.monotonic() + limit
    while resource.status == 'creating' and time.monotonic() < end:
        time.sleep(0.05)
        resource = collection.get(resource.id)
    if resource.status not in ('available', 'in-use'):
        raise RuntimeError(
            f'Cinder left {resource.name} in state {resource.status}.'
        )
    return resource


def _fill_web_data(volume):
    content = volume_bytes.volume(volume.id)
    for offset, data in volume_bytes.WEB_DATA.items():
        content.write(offset, data)
