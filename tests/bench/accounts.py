# SPDX-License-Identifier: Apache-2.0
"""A project of its own, and its user of the same name."""

from cloud import accounts
from cloud import tenants

NAME = 'bench'
ROLES = ('member', 'reader')


def create(name=NAME):
    """Make the project and its user; the user's session."""
    identity = accounts.Identity(tenants.open_session('admin'))
    project = {'name': name, 'domain_id': 'default'}
    projects = identity.ensure('projects', [project])
    users = identity.ensure('users', [accounts._user(name)])
    roles = {row['name']: row['id'] for row in identity.list('roles')}
    for role in ROLES:
        identity.call(
            'PUT',
            f'/projects/{projects[name]}/users/{users[name]}'
            f'/roles/{roles[role]}',
        )
    return tenants.open_session(name, project=name)
