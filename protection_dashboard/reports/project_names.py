# SPDX-License-Identifier: Apache-2.0
"""Names of all projects, for an administrator: one call."""

from protection_dashboard.api import keystone


class Names(dict):
    """``{project id: name}``; a project that is gone is called by its id."""

    def __missing__(self, project_id):
        return project_id

    @property
    def choices(self):
        """Pairs of id and name, by name."""
        return sorted(self.items(), key=lambda pair: pair[1].lower())


def names(cloud):
    """The Names of all projects."""
    found = keystone.project_list(cloud)
    return Names({project['id']: project['name'] for project in found})
