# SPDX-License-Identifier: Apache-2.0
"""Our actions in the rows of other dashboards' tables; Volumes: its own."""

from pathlib import Path
import subprocess
import sys

import pytest

from protection_dashboard import plugins
from protection_dashboard.protections.base import Mark
from tests.support import factories
from tests.support import manila_shares
from tests.support.waiting import until

_FORM = '/project/protection_plans/{}/{}/{}/'
_POINTS = '/project/protection_points/of/{}/{}/'
_SCHEDULES = '/project/protection_schedules/?resource={}%3A{}'
CHANGES = {
    'Schedule Backup': _FORM.replace('{}', 'schedule', 1),
    'Protect Now': _FORM.replace('{}', 'protect', 1),
}
LOOKS = {'Recovery Points': _POINTS}
DATABASE_LOOKS = {**LOOKS, 'Scheduled Backups': _SCHEDULES}
TABLES = [
    ('/project/databases/', 'database', 'shop', DATABASE_LOOKS),
    ('/project/instances/', 'server', 'web-1', LOOKS),
    ('/project/shares/', 'share', 'media', LOOKS),
]
HIDDEN = Path(__file__).with_name('hidden_panels.py')


@pytest.fixture(scope='module')
def user(visitor):
    return visitor('demo')


def resource(cloud, kind, name):
    found = plugins.protectable(kind).list(cloud)
    return next(one for one in found if one.name == name)


def ours(row):
    """``{label: address}`` of our actions in a row."""
    return {
        label: address
        for label, address in row.actions.items()
        if address and '/protection_' in address
    }


def addresses(actions, kind, found):
    return {
        label: address.format(kind, found.id)
        for label, address in actions.items()
    }


@pytest.mark.parametrize(('address', 'kind', 'name', 'looks'), TABLES)
def test_a_row_offers_what_can_be_done(user, demo, address, kind, name, looks):
    found = resource(demo, kind, name)
    row = user.page(address).row(found.id)
    assert ours(row) == addresses({**CHANGES, **looks}, kind, found)
    for look in addresses(looks, kind, found).values():
        reached, _content = user.follow(look)
        assert '/protection_' in reached
        assert found.id in reached


@pytest.mark.parametrize(('address', 'kind', 'name', 'looks'), TABLES)
def test_a_viewer_is_only_shown_the_way_to_lists(
    visitor, demo, address, kind, name, looks
):
    found = resource(demo, kind, name)
    row = visitor('viewer').page(address).row(found.id)
    assert ours(row) == addresses(looks, kind, found)


@pytest.fixture(scope='module')
def shares(demo):
    with manila_shares.kept(demo) as made:
        yield made


def test_what_has_no_snapshots_is_not_offered_any(user, shares):
    share = shares.share('without snapshots', share_type='no-snapshot')
    row = user.page('/project/shares/').row(share.id)
    assert set(ours(row)) == set(LOOKS)


def test_a_public_share_of_others_has_nothing_of_ours(user, cloud_of):
    with manila_shares.kept(cloud_of('admin')) as theirs:
        share = theirs.share('shown to all', is_public=True)
        row = user.page('/project/shares/').row(share.id)
        assert ours(row) == {}


@pytest.fixture(scope='module')
def snapshots(module_sandbox, demo, shares):
    """``{protection: (table, one that is fine, one that is not)}``."""
    volume = factories.volume(demo, 'scratch')
    broken = module_sandbox.volume(
        'broken', metadata={'fault_create_snapshot': 'fail'}
    )
    share = shares.share('with snapshots')
    fault = {'fault_create_snapshot': 'fail'}
    failing = shares.share('failing', metadata=fault)
    return {
        'volume_snapshot': (
            '/project/snapshots/',
            module_sandbox.point(volume).id,
            module_sandbox.point(broken, state='error').id,
        ),
        'share_snapshot': (
            '/project/share_snapshots/',
            shares.point(share).id,
            shares.point(failing, state='error').id,
        ),
    }


@pytest.mark.parametrize('slug', ['volume_snapshot', 'share_snapshot'])
def test_an_available_snapshot_can_be_restored(user, visitor, snapshots, slug):
    table, good, bad = snapshots[slug]
    page = user.page(table)
    wizard = f'/project/protection_points/restore/{slug}/{good}/'
    assert ours(page.row(good)) == {'Restore': wizard}
    assert ours(page.row(bad)) == {}
    assert user.get(wizard).status_code == 200
    assert ours(visitor('viewer').page(table).row(good)) == {}


def test_a_volume_s_own_list_of_snapshots_has_it_as_well(
    user, demo, snapshots
):
    volume = factories.volume(demo, 'scratch')
    address = f'/project/volumes/{volume.id}/'
    page = user.page(address, tab='volume_details__snapshots_tab')
    _table, good, _bad = snapshots['volume_snapshot']
    assert set(ours(page.row(good))) == {'Restore'}


@pytest.fixture
def backup(demo):
    """A backup of a database, in Trove."""
    protection = plugins.protection('database_backup')
    found = resource(demo, 'database', 'crm')
    made = protection.protect(demo, found, protection.defaults(found), Mark())
    yield until(lambda: available(protection, demo, made))
    protection.delete(demo, made)


def available(protection, cloud, point_id):
    point = protection.show(cloud, point_id)
    return point if point.state == 'available' else None


def test_a_backup_offers_ours_beside_trove_s_own(user, backup):
    row = user.page('/project/database_backups/').row(backup.id)
    wizard = f'/project/protection_points/restore/database_backup/{backup.id}/'
    assert ours(row) == {'Restore (Protection)': wizard}
    assert 'Restore Backup' in row.actions
    assert user.get(wizard).status_code == 200
    own = user.page(
        f'/project/databases/{backup.resource_id}/',
        tab='instance_details__backups_tab',
    )
    assert ours(own.row(backup.id)) == {'Restore (Protection)': wizard}


def test_absent_dashboards_cost_and_break_nothing(running_cloud):
    """In a process of its own: Horizon reads its settings once."""
    ran = subprocess.run(
        [sys.executable, '-W', 'ignore', str(HIDDEN)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.split() == ['fine']


def test_a_row_of_another_table_is_left_alone(visitor, cloud_of, demo):
    admin = visitor('admin', cloud_of('admin').project_id)
    for address, kind, name in (
        ('/admin/instances/', 'server', 'web-1'),
        ('/admin/shares/', 'share', 'media'),
    ):
        row = admin.page(address).row(resource(demo, kind, name).id)
        assert row
        assert ours(row) == {}
