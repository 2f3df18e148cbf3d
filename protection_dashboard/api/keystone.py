# SPDX-License-Identifier: Apache-2.0
"""Keystone: the catalog of a token, tokens of trusts, projects and users.

Identity API v3, https://docs.openstack.org/api-ref/identity/v3/.
"""

from typing import Any

from keystoneauth1 import loading
from keystoneauth1 import session
from keystoneauth1 import token_endpoint

from protection_dashboard.api import cloud as clouds
from protection_dashboard.api import errors

_convert_errors = errors.convert_errors('Keystone')


@_convert_errors
def catalog_get(
    auth_url: str, token: str, verify: clouds.Verify
) -> list[clouds.JSONObject]:
    """The services of a token's catalog; ``auth_url`` ends with /v3."""
    client = clouds.Session(
        auth=token_endpoint.Token(auth_url, token),
        session=clouds.pooled_session(),
        verify=verify,
        timeout=clouds.READ_TIMEOUT,
    )
    answer = client.get(f'{auth_url}/auth/catalog').json()
    catalog: list[clouds.JSONObject] = answer['catalog']
    return catalog


@_convert_errors
def trust_token(options: Any, trust_id: str, verify: clouds.Verify) -> str:
    """A new token of a trust, for the trustee whom a service's options name.

    ``options`` are an oslo.config with a group [keystone_authtoken]. OS-TRUST,
    https://docs.openstack.org/api-ref/identity/v3-ext/#os-trust-api.
    """
    # a trust is scoped to its project, and must not be given another scope
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
        session=clouds.pooled_session(),
        verify=verify,
        timeout=clouds.READ_TIMEOUT,
    )
    token: str = trustee.get_token()
    return token


def cloud(
    auth_url: str,
    token: str,
    project_id: str,
    region: str | None,
    verify: clouds.Verify,
    **facts: Any,
) -> clouds.Cloud:
    """The Cloud of a user of whom only a token is known, such as a trustee.

    ``auth_url`` may end with /v3; ``facts`` are further fields of the Cloud.
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


SERVICE_TYPE = 'identity'


def _get(cloud: clouds.Cloud, path: str) -> Any:
    """The answer's JSON; the catalog's URL may end with /v3."""
    base = cloud.url(SERVICE_TYPE)
    if not base.endswith('/v3'):
        base += '/v3'
    return cloud.session(SERVICE_TYPE).get(f'{base}/{path}').json()


@_convert_errors
def project_list(cloud: clouds.Cloud) -> list[dict[str, Any]]:
    """All projects, as Keystone's JSON: ``id``, ``name``, ``enabled``."""
    projects: list[dict[str, Any]] = _get(cloud, 'projects')['projects']
    return projects


@_convert_errors
def disabled_user_list(cloud: clouds.Cloud) -> list[dict[str, Any]]:
    """Users that are disabled, as Keystone's JSON."""
    answer = _get(cloud, 'users?enabled=false')
    users: list[dict[str, Any]] = answer['users']
    return users


@_convert_errors
def project_role_grants(cloud: clouds.Cloud) -> set[tuple[str, str]]:
    """``{(user name, project id)}`` of all users with a role in a project.

    Roles by a group, inherited roles and implied roles count too.
    """
    found = _get(cloud, 'role_assignments?effective&include_names')
    return {
        (row['user']['name'], row['scope']['project']['id'])
        for row in found['role_assignments']
        if 'project' in row['scope'] and 'user' in row
    }
