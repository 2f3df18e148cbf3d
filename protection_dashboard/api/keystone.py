# SPDX-License-Identifier: Apache-2.0
"""Keystone: the catalog that a token stands for.

Identity API v3, https://docs.openstack.org/api-ref/identity/v3/.
"""

from keystoneauth1 import loading
from keystoneauth1 import session
from keystoneauth1 import token_endpoint

from protection_dashboard.api import cloud as clouds
from protection_dashboard.api import errors

_keystone = errors.of('Keystone')


@_keystone
def catalog_get(auth_url, token, verify):
    """The list of services of the token's catalog."""
    client = clouds.Session(
        auth=token_endpoint.Token(auth_url, token),
        session=clouds.pool(),
        verify=verify,
        timeout=clouds.READ_TIMEOUT,
    )
    return client.get(f'{auth_url}/auth/catalog').json()['catalog']


@_keystone
def trust_token(options, trust_id, verify):
    """A new token of a trust, for the trustee of a service's options.

    ``options`` are an oslo.config with a group [keystone_authtoken]. OS-TRUST,
    https://docs.openstack.org/api-ref/identity/v3-ext/#os-trust-api.
    """
    # a trust stands for its own project, and takes no other scope
    scope = ('project_id', 'project_name', 'domain_id', 'domain_name')
    auth = loading.load_auth_from_conf_options(
        options,
        'keystone_authtoken',
        trust_id=trust_id,
        project_domain_id=None,
        project_domain_name=None,
        **dict.fromkeys(scope),
    )
    trustee = session.Session(
        auth=auth,
        session=clouds.pool(),
        verify=verify,
        timeout=clouds.READ_TIMEOUT,
    )
    return trustee.get_token()


def cloud(auth_url, token, project_id, region, verify, **facts):
    """A Cloud for whoever holds nothing but a token, such as a trustee.

    ``facts`` are further fields of the Cloud.
    """
    address = auth_url.rstrip('/')
    if not address.endswith('/v3'):
        address += '/v3'
    return clouds.Cloud(
        token=token,
        project_id=project_id,
        catalog=catalog_get(address, token, verify),
        region=region,
        verify=verify,
        **facts,
    )


TYPE = 'identity'


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
