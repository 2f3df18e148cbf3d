# SPDX-License-Identifier: Apache-2.0
"""Keystone as an administrator sees it: names and grants, a call each.

Identity API v3, https://docs.openstack.org/api-ref/identity/v3/.
"""

from protection_dashboard.api import errors

TYPE = 'identity'
_keystone = errors.of('Keystone')


def _get(cloud, path):
    base = cloud.url(TYPE)
    if not base.endswith('/v3'):
        base += '/v3'
    return cloud.session(TYPE).get(f'{base}/{path}').json()


@_keystone
def project_list(cloud):
    """All projects, as Keystone's JSON: ``id``, ``name``, ``enabled``."""
    return _get(cloud, 'projects')['projects']


@_keystone
def disabled_user_list(cloud):
    """Users that are disabled, as Keystone's JSON."""
    return _get(cloud, 'users?enabled=false')['users']


@_keystone
def grants(cloud):
    """``{(user name, project id)}`` of whoever has any role in a project.

    Roles by a group, inherited or implied ones are among them.
    """
    found = _get(cloud, 'role_assignments?effective&include_names')
    return {
        (row['user']['name'], row['scope']['project']['id'])
        for row in found['role_assignments']
        if 'project' in row['scope'] and 'user' in row
    }
