# SPDX-License-Identifier: Apache-2.0
"""How much room the real services give a project."""

import contextlib

import pytest

from protection_dashboard import plugins
from protection_dashboard.api import cinder
from protection_dashboard.api import manila
from tests.support import manila_shares
from tests.support import sandboxes

PROTECTIONS = (
    'database_backup',
    'freezer',
    'share_snapshot',
    'volume_snapshot',
)


def capacity(cloud, slug):
    return plugins.protection(slug).capacity(cloud)


@pytest.mark.parametrize('slug', PROTECTIONS)
def test_each_service_tells_the_tenant_its_limit(alt, slug):
    found = capacity(alt, slug)
    assert found.most > 0
    assert found.left == found.most - found.used
    assert '%(count)s' in found.counted[1]


def test_what_is_made_is_what_is_used(alt):
    with sandboxes.kept(alt) as sandbox:
        volume = sandbox.volume('measured')
        before = capacity(alt, 'volume_snapshot')
        sandbox.point(volume)
        after = capacity(alt, 'volume_snapshot')
    assert after.used == before.used + 1
    assert after.gib_used == before.gib_used + volume.size
    assert after.gib_left == before.gib_left - volume.size


@contextlib.contextmanager
def unlimited(quotas, project_id, *names):
    """Quotas of a project at -1, as an operator can set them."""
    quotas.update(project_id, **dict.fromkeys(names, -1))
    try:
        yield
    finally:
        quotas.delete(project_id)


def test_a_quota_without_a_limit_leaves_any_number(alt, cloud_of):
    admin = cloud_of('admin')
    volumes = sandboxes.cinder_of(admin).quotas
    with unlimited(volumes, alt.project_id, 'snapshots', 'gigabytes'):
        found = capacity(alt, 'volume_snapshot')
    assert (found.left, found.gib_left) == (None, None)
    shares = manila_shares.manila_of(admin).quotas
    with unlimited(shares, alt.project_id, 'snapshots', 'snapshot_gigabytes'):
        found = capacity(alt, 'share_snapshot')
    assert (found.left, found.gib_left) == (None, None)
    # the operator's own are back
    assert manila.limits_get(alt)['maxTotalShareSnapshots'] > 0
    assert cinder.limits_get(alt)['maxTotalSnapshots'] > 0


def test_backups_of_servers_are_not_in_cinder_s_limits(alt):
    assert capacity(alt, 'freezer').types == ('volume',)
