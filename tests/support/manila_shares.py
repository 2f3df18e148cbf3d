# SPDX-License-Identifier: Apache-2.0
"""Shares that a test makes, with their files; all gone after it."""

import contextlib
from pathlib import Path

from manilaclient import client as manila_client

from protection_dashboard import exceptions
from protection_dashboard import plugins
from protection_dashboard.api import errors
from protection_dashboard.protections.base import Mark
from tests.support.waiting import until

SHARE = plugins.protectable('share')
SNAPSHOT = plugins.protection('share_snapshot')
TYPE = 'shared-file-system'


def manila_of(cloud):
    """A client of Manila as this user, for what our pages do not do."""
    return manila_client.Client(
        '2.73',
        session=cloud.session(TYPE),
        service_catalog_url=cloud.url(TYPE),
    )


class Shares:
    """Makes shares; ``clear`` removes them with all their snapshots."""

    def __init__(self, cloud):
        self.cloud = cloud
        self.manila = manila_of(cloud)
        self.ids = set()

    def share(self, name, status='available', **options):
        """A new share of 1 GiB, as a Resource, once it has the status."""
        made = self.manila.shares.create('NFS', 1, name=name, **options)
        self.ids.add(made.id)
        return until(lambda: self.in_status(made.id, status))

    def in_status(self, share_id, status='available'):
        found = SHARE.show(self.cloud, share_id)
        return found if found.status == status else None

    def file(self, share_id):
        """The file with a share's content, where its export says it is."""
        places = self.manila.share_export_locations.list(share_id)
        return Path(places[0].path.partition(':')[2], 'content.txt')

    def point(self, share, state='available'):
        """A recovery point of a share, made without a run, in that state."""
        made = SNAPSHOT.protect(
            self.cloud, share, SNAPSHOT.defaults(share), Mark()
        )
        return until(lambda: self._point_in(made, state))

    def _point_in(self, point_id, state):
        point = SNAPSHOT.show(self.cloud, point_id)
        return point if point.state == state else None

    def clear(self):
        for share_id in self.ids:
            for point in SNAPSHOT.points(self.cloud, share_id):
                self.manila.share_snapshots.delete(point.id)
        until(lambda: not any(map(self._points, self.ids)))
        for share_id in self.ids:
            with (
                contextlib.suppress(exceptions.NotFound),
                errors.convert_errors('Manila'),
            ):
                self.manila.shares.delete(share_id)

    def _points(self, share_id):
        return SNAPSHOT.points(self.cloud, share_id)


@contextlib.contextmanager
def kept(cloud):
    """Shares of a cloud that are cleared whatever happens."""
    made = Shares(cloud)
    try:
        yield made
    finally:
        made.clear()
