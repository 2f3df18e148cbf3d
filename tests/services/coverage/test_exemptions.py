# SPDX-License-Identifier: Apache-2.0
"""What needs no protection is kept by the services, or else by Mistral."""

import uuid

import pytest

from protection_dashboard import plugins
from protection_dashboard.common.references import ResourceRef
from protection_dashboard.coverage import exemptions
from protection_dashboard.protectables.base import Resource
from protection_dashboard.recovery_points import newest as newest_points
from protection_dashboard.reports import coverage_survey
from tests.support import factories
from tests.support import manila_shares


@pytest.fixture(scope='module')
def volume(module_sandbox):
    return module_sandbox.volume('unneeded', metadata={'tier': 'gold'})


@pytest.fixture
def share(demo):
    with manila_shares.kept(demo) as made:
        yield made.share('unneeded')


@pytest.fixture(scope='module')
def server(demo):
    servers = plugins.protectable('server').list(demo)
    return next(one for one in servers if one.name == 'web-1')


def database():
    """Of a service that keeps no metadata, and of no life of its own."""
    found = str(uuid.uuid4())
    return Resource(found, 'database', 'shop', 'ACTIVE', 'available')


def seen(cloud, *resources):
    """``{id: note}`` as the services tell it now."""
    found, errors = coverage_survey.exempt_resources(cloud)
    assert errors == []
    ids = {one.id for one in resources}
    return {r.id: note.note for r, note in found if r.id in ids}


def test_a_mark_stands_in_metadata_and_goes_again(demo, volume, share, server):
    chosen = [volume, share, server]
    assert exemptions.exempt(demo, chosen, ' only <b>tests</b> ') == {}
    assert seen(demo, *chosen) == {
        one.id: "only <b>tests</b>" for one in chosen
    }
    metadata = factories.VOLUME.show(demo, volume.id).metadata
    assert (
        exemptions.parse_exemption(metadata[exemptions.METADATA_KEY]).by
        == 'demo'
    )
    keys = [str(ResourceRef.of_resource(one)) for one in chosen]
    assert exemptions.revoke_exemptions(demo, keys) == {}
    assert seen(demo, *chosen) == {}
    assert factories.VOLUME.show(demo, volume.id).metadata == {'tier': 'gold'}


def test_mistral_keeps_what_others_have_written_there(demo):
    one, two = database(), database()
    exemptions.exempt(demo, [one], 'one')
    exemptions.exempt(demo, [two], 'two')
    kept = exemptions.stored_exemptions(demo)
    assert exemptions.exemption_of(one, kept).note == 'one'
    assert exemptions.exemption_of(two, kept).by == 'demo'
    exemptions.revoke_exemptions(demo, [str(ResourceRef.of_resource(one))])
    kept = exemptions.stored_exemptions(demo)
    assert exemptions.exemption_of(one, kept) is None
    assert exemptions.exemption_of(two, kept).note == 'two'
    exemptions.delete_stored_exemptions(
        demo, [str(ResourceRef.of_resource(two))]
    )
    assert (
        exemptions.exemption_of(two, exemptions.stored_exemptions(demo))
        is None
    )


def test_another_project_and_an_administrator_have_their_own(
    demo, alt, cloud_of
):
    one = database()
    exemptions.exempt(demo, [one], 'of demo')
    for other in (alt, cloud_of('admin')):
        assert (
            exemptions.exemption_of(one, exemptions.stored_exemptions(other))
            is None
        )
    exemptions.revoke_exemptions(demo, [str(ResourceRef.of_resource(one))])


def test_what_cannot_be_marked_says_why(demo, volume):
    gone = Resource(str(uuid.uuid4()), 'volume', 'gone', '', 'available')
    errors = exemptions.exempt(demo, [gone, volume])
    assert [*errors] == [str(ResourceRef.of_resource(gone))]
    assert 'Cinder: ' in str(errors[str(ResourceRef.of_resource(gone))])
    assert (
        exemptions.revoke_exemptions(
            demo, [str(ResourceRef.of_resource(volume))]
        )
        == {}
    )


def test_the_newest_good_point_of_each_resource_is_found(
    demo, module_sandbox, volume
):
    other = module_sandbox.volume('without a point')
    plan = module_sandbox.plan(volume)
    older, newer = (
        module_sandbox.point(volume, plan=plan) for _number in range(2)
    )
    wanted = {('volume', volume.id), ('volume', other.id)}
    found = newest_points.newest_good_points(demo, wanted, {'volume_snapshot'})
    assert found.points[('volume', volume.id)].id == newer.id != older.id
    assert (*found.points,) == (('volume', volume.id),)
    assert (found.unknown, found.errors) == (frozenset(), ())
