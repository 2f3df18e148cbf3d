# SPDX-License-Identifier: Apache-2.0
"""The project itself: the root of all it owns."""

from protection_dashboard import exceptions
from protection_dashboard.api.cloud import Cloud
from protection_dashboard.protectables import base

ENABLED = 'enabled'


class Project(base.Protectable):
    """The project that the user works in, and no other.

    It is known from the token: no service is asked.
    """

    slug = 'project'
    resource_type = 'OS::Keystone::Project'
    name = "Project"
    parents = ()
    # Horizon's page of a project is for administrators: no detail_url

    def list(self, cloud: Cloud) -> base.Resources:
        return [_resource(cloud)]

    def show(self, cloud: Cloud, resource_id: str) -> base.Resource:
        if resource_id != cloud.project_id:
            raise exceptions.NotFound("Keystone: project not found.")
        return _resource(cloud)

    def names(self, cloud: Cloud) -> dict[str, str]:
        return {cloud.project_id: cloud.project_name}


def _resource(cloud: Cloud) -> base.Resource:
    """A token is only given out for a project that is enabled."""
    return base.Resource(
        id=cloud.project_id,
        type=Project.slug,
        name=cloud.project_name,
        status=ENABLED,
        state=base.AVAILABLE,
    )
