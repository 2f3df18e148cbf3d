# SPDX-License-Identifier: Apache-2.0
"""What belongs to a project and to a server."""

import dataclasses

from protection_dashboard import plugins
from protection_dashboard.protectables import dependents


def project_of(cloud):
    (project,) = plugins.protectable('project').list(cloud)
    return project


def test_a_project_has_resources_of_every_kind(demo):
    found, errors = dependents.dependents_by_slug(demo, project_of(demo))
    assert errors == []
    names = {slug: {r.name for r in found[slug]} for slug in found}
    assert {'orders-db', 'web-data'} <= names['volume']
    assert {'web-1', 'worker-1'} <= names['server']
    for slug in ('database', 'share', 'network'):
        assert names[slug], slug
    assert 'project' not in found


def test_a_server_has_its_volumes_its_image_and_its_networks(demo):
    servers = plugins.protectable('server').list(demo)
    server = next(s for s in servers if s.name == 'web-1')
    found, errors = dependents.dependents_by_slug(demo, server)
    assert errors == []
    assert [v.name for v in found['volume']] == ['web-1-data']
    assert len(found['network']) == 1


def test_a_service_that_is_absent_is_left_out(demo):
    kept = [s for s in demo.catalog if s['type'] != 'compute']
    cloud = dataclasses.replace(demo, catalog=kept)
    found, errors = dependents.dependents_by_slug(cloud, project_of(cloud))
    assert 'server' not in found
    assert errors == []
    assert plugins.protectable('server').unavailable(cloud) == (
        'Nova is not part of this cloud: ask your administrator for it.'
    )
