# SPDX-License-Identifier: Apache-2.0
"""Snapshots of shares: what their share type allows, and going back."""

import pytest

from protection_dashboard import exceptions
from protection_dashboard.executions import service as execution_service
from protection_dashboard.executions import steps as execution_steps
from protection_dashboard.executions import waits
from protection_dashboard.plans import document as plan_document
from tests.support import factories
from tests.support import manila_shares
from tests.support.manila_shares import SHARE
from tests.support.manila_shares import SNAPSHOT
from tests.support.waiting import until

NEW = ('', "A new share")


@pytest.fixture(scope='module')
def shares(demo):
    with manila_shares.kept(demo) as made:
        yield made


@pytest.fixture(scope='module')
def source(shares):
    """A share with two snapshots, and content that is in none of them."""
    share = shares.share('source')
    shares.file(share.id).write_text('monday')
    older = shares.point(share)
    shares.file(share.id).write_text('tuesday')
    newer = shares.point(share)
    shares.file(share.id).write_text('wednesday')
    return share, older, newer


def test_a_type_without_snapshots_is_an_obstacle(demo, shares):
    share = shares.share('plain', share_type='no-snapshot')
    options = SNAPSHOT.defaults(share)
    document = plan_document.new_plan_document(
        'shares', share, SNAPSHOT.slug, options
    )
    run = factories.ended(demo, execution_service.protect_now(demo, document))
    reason = SNAPSHOT.obstacle(demo, share)
    assert reason.startswith("The share type no-snapshot has no snapshots:")
    (wait,) = run.results
    assert (wait['state'], wait['reason']) == ('failed', reason)
    execution_service.execution_delete(demo, run)


def test_only_the_latest_snapshot_can_replace_the_content(demo, source):
    share, older, newer = source
    replace = (share.id, 'Replace the content of "source"')
    assert SNAPSHOT.restore_choices(demo, newer, share) == {
        'share_id': [NEW, replace]
    }
    assert SNAPSHOT.restore_choices(demo, older, share) == {'share_id': [NEW]}
    with pytest.raises(exceptions.Refused, match="its latest snapshot"):
        SNAPSHOT.restore(demo, older, {'share_id': share.id})


def test_a_share_goes_back_in_place(demo, shares, source):
    share, _older, newer = source
    run_id = execution_service.restore_point(
        demo, newer, {'share_id': share.id}
    )
    run = factories.ended(demo, run_id)
    assert run.reason == ''
    assert [wait['id'] for wait in run.results] == [share.id]
    assert shares.file(share.id).read_text() == 'tuesday'
    execution_service.execution_delete(demo, run)


def test_no_other_share_is_overwritten(demo, shares, source):
    other = shares.share('bystander')
    shares.file(other.id).write_text('mine')
    with pytest.raises(exceptions.Refused, match="its own share"):
        SNAPSHOT.restore(demo, source[2], {'share_id': other.id})
    assert shares.file(other.id).read_text() == 'mine'


def test_a_type_that_gives_nothing_back_says_both_reasons(demo, shares):
    share = shares.share('locked', share_type='snapshot-only')
    point = shares.point(share)
    with pytest.raises(exceptions.Refused) as refused:
        SNAPSHOT.restore_choices(demo, point, share)
    assert "makes no shares from snapshots" in str(refused.value)
    assert "cannot put a share back" in str(refused.value)
    for options in ({}, {'share_id': share.id}):
        with pytest.raises(exceptions.Refused, match="snapshot-only"):
            SNAPSHOT.restore(demo, point, options)


def test_a_public_share_of_others_is_not_ours(demo, cloud_of):
    """Manila lets an administrator show a share to every project."""
    with manila_shares.kept(cloud_of('admin')) as theirs:
        share = theirs.share('public', is_public=True)
        assert manila_shares.manila_of(demo).shares.get(share.id).is_public
        assert share.id not in SHARE.names(demo)
        assert share.id not in [found.id for found in SHARE.list(demo)]
        with pytest.raises(exceptions.NotFound):
            SHARE.show(demo, share.id)


def test_what_manila_failed_to_delete_is_the_administrator_s(
    demo, cloud_of, shares
):
    fault = {'fault_delete_snapshot': 'fail'}
    point = shares.point(shares.share('sticky'))
    snapshots = shares.manila.share_snapshots
    snapshots.set_metadata(point.id, fault)
    wait = execution_steps.begin_deletion(
        demo, {'protection': SNAPSHOT.slug, 'id': point.id}
    )
    until(lambda: snapshots.get(point.id).status == 'error_deleting')
    (ended,) = waits.poll_waits(demo, [wait])['results']
    assert ended['reason'].endswith('its status is error_deleting.')
    with pytest.raises(exceptions.Refused, match="your administrator"):
        SNAPSHOT.delete(demo, point.id)
    operator = manila_shares.manila_of(cloud_of('admin')).share_snapshots
    operator.delete_metadata(point.id, list(fault))
    operator.reset_state(point.id, 'available')
