# SPDX-License-Identifier: Apache-2.0
"""Names of all projects, for an administrator: one call."""

from protection_dashboard.api import keystone
from protection_dashboard.api.cloud import Cloud


class ProjectNames(dict[str, str]):
    """``{project id: name}``; a project that is gone is called by its id."""

    def __missing__(self, project_id: str) -> str:
        return project_id

    @property
    def choices(self) -> list[tuple[str, str]]:
        """Pairs of id and name, sorted by name."""
        return sorted(self.items(), key=lambda pair: pair[1].lower())


def all_project_names(cloud: Cloud) -> ProjectNames:
    """The Names of all projects."""
    found = keystone.project_list(cloud)
    return ProjectNames({project['id']: project['name'] for project in found})
