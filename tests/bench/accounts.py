# SPDX-License-Identifier: Apache-2.0
"""A project of its own, and its user of the same name."""

from cloud import users as cloud_users
from cloud.services.keystone import accounts

NAME = 'bench'
ROLES = ('member', 'reader')


def create(name=NAME):
    """Make the project and its user; the user's session."""
    identity = accounts.Identity(cloud_users.open_session('admin'))
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
    return cloud_users.open_session(name, project=name)
