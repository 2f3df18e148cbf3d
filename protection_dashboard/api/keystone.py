# SPDX-License-Identifier: Apache-2.0
"""Keystone: the catalog that a token stands for.

Identity API v3, https://docs.openstack.org/api-ref/identity/v3/.
"""

from keystoneauth1 import session
from keystoneauth1 import token_endpoint

from protection_dashboard.api import cloud as clouds
from protection_dashboard.api import errors

_keystone = errors.of('Keystone')


@_keystone
def catalog_get(auth_url, token, verify):
    """The list of services of the token's catalog."""
    client = session.Session(
        auth=token_endpoint.Token(auth_url, token),
        verify=verify,
        timeout=clouds.READ_TIMEOUT,
    )
    return client.get(f'{auth_url}/auth/catalog').json()['catalog']


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
