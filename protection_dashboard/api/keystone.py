# SPDX-License-Identifier: Apache-2.0
"""Keystone: the catalog of a token, tokens of trusts, projects and users.

Identity API v3, https://docs.openstack.org/api-ref/identity/v3/.
"""

from collections.abc import Iterator
from collections.abc import Mapping
import contextlib
import dataclasses
import datetime
from typing import Any
from typing import NamedTuple
import urllib.parse

from keystoneauth1 import loading
from keystoneauth1 import session
from keystoneauth1 import token_endpoint

from protection_dashboard.api import cloud as clouds
from protection_dashboard.api import errors
from protection_dashboard.common import clock

_convert_errors = errors.convert_errors('Keystone')


@dataclasses.dataclass(frozen=True)
class TrustLogin:
    """A new token of a trust, and what Keystone says of it.

    ``user_id`` is the trustor, as whom the token acts in ``project_id`` with
    the roles ``role_ids``, implied ones included.
    """

    token: str = dataclasses.field(repr=False)
    user_id: str
    project_id: str
    role_ids: frozenset[str]


def _v3(url: str) -> str:
    """Keystone's address with /v3 at its end, which it may have already."""
    address = url.rstrip('/')
    return address if address.endswith('/v3') else f'{address}/v3'


def _token_session(
    address: str, token: str, verify: clouds.Verify
) -> clouds.Session:
    """A session at Keystone of which only a token is known."""
    return clouds.Session(
        auth=token_endpoint.Token(address, token),
        session=clouds.pooled_session(),
        verify=verify,
        timeout=clouds.READ_TIMEOUT,
    )


@_convert_errors
def catalog_get(
    auth_url: str, token: str, verify: clouds.Verify
) -> list[clouds.JSONObject]:
    """The services of a token's catalog; ``auth_url`` ends with /v3."""
    client = _token_session(auth_url, token, verify)
    answer = client.get(f'{auth_url}/auth/catalog').json()
    catalog: list[clouds.JSONObject] = answer['catalog']
    return catalog


def _service_session(
    options: Any, verify: clouds.Verify, **changed: Any
) -> session.Session:
    """A session of the user whom [keystone_authtoken] names."""
    return session.Session(
        auth=loading.load_auth_from_conf_options(
            options, 'keystone_authtoken', **changed
        ),
        session=clouds.pooled_session(),
        verify=verify,
        timeout=clouds.READ_TIMEOUT,
    )


@_convert_errors
def trust_login(
    options: Any, trust_id: str, verify: clouds.Verify
) -> TrustLogin:
    """A new login by a trust, for the trustee whom a service's options name.

    ``options`` are an oslo.config with a group [keystone_authtoken]. Whether
    the caller may act as the trustor is for the caller to check. OS-TRUST,
    https://docs.openstack.org/api-ref/identity/v3-ext/#os-trust-api.
    """
    # a trust is scoped to its project, and must not be given another scope
    scope = ('project_id', 'project_name', 'domain_id', 'domain_name')
    trustee = _service_session(
        options,
        verify,
        trust_id=trust_id,
        project_domain_id=None,
        project_domain_name=None,
        **dict.fromkeys(scope),
    )
    access = trustee.auth.get_access(trustee)
    return TrustLogin(
        token=access.auth_token,
        user_id=access.user_id,
        project_id=access.project_id,
        role_ids=frozenset(access.role_ids),
    )


def trust_token(options: Any, trust_id: str, verify: clouds.Verify) -> str:
    """The token of a :func:`trust_login`."""
    return trust_login(options, trust_id, verify).token


@_convert_errors
def service_user_id(options: Any, verify: clouds.Verify) -> str:
    """The id of the user whom [keystone_authtoken] of ``options`` names."""
    found: str = _service_session(options, verify).get_user_id()
    return found


@_convert_errors
def trust_create(
    auth_url: str, token: str, body: dict[str, Any], verify: clouds.Verify
) -> str:
    """Make a trust with the trustor's token; its id.

    ``body`` is the trust of OS-TRUST's API, ``POST /v3/OS-TRUST/trusts``.
    """
    address = _v3(auth_url)
    answer = _token_session(address, token, verify).post(
        f'{address}/OS-TRUST/trusts', json={'trust': body}
    )
    made: str = answer.json()['trust']['id']
    return made


@_convert_errors
def trust_delete(
    auth_url: str, token: str, trust_id: str, verify: clouds.Verify
) -> None:
    """Delete a trust with the token of its trustor, or of itself."""
    address = _v3(auth_url)
    _token_session(address, token, verify).delete(
        f'{address}/OS-TRUST/trusts/{trust_id}'
    )


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
    return clouds.Cloud(
        token=token,
        project_id=project_id,
        catalog=catalog_get(_v3(auth_url), token, verify),
        region=region,
        verify=verify,
        **facts,
    )


SERVICE_TYPE = 'identity'


def _get(cloud: clouds.Cloud, path: str) -> Any:
    """The answer's JSON; the catalog's URL may end with /v3."""
    base = _v3(cloud.url(SERVICE_TYPE))
    return cloud.session(SERVICE_TYPE).get(f'{base}/{path}').json()


#: for how long a trust to oneself is good, as it is deleted after its use
_SHORT = datetime.timedelta(minutes=2)


@contextlib.contextmanager
def cloud_with_one_role(
    cloud: clouds.Cloud, role: str
) -> Iterator[clouds.Cloud | None]:
    """The same user in the same project with one of their roles alone.

    None if the token does not have the role. It takes a trust to oneself,
    which is gone afterwards, and ends by itself, too. OS-TRUST,
    https://docs.openstack.org/api-ref/identity/v3-ext/#os-trust-api.
    """
    trust = _trust_to_oneself(cloud, role)
    if not trust:
        yield None
        return
    try:
        token = _token_by_trust(cloud, trust)
        yield dataclasses.replace(
            cloud,
            token=token,
            admin=False,
            roles=frozenset({role}),
            renew=None,
        )
    finally:
        url = cloud.url(SERVICE_TYPE)
        trust_delete(url, cloud.token, trust, cloud.verify)


@_convert_errors
def _trust_to_oneself(cloud: clouds.Cloud, role: str) -> str:
    """The id of a new trust; '' if the token does not have the role."""
    url = cloud.url(SERVICE_TYPE)
    own = (
        cloud.session(SERVICE_TYPE)
        .get(
            f'{_v3(url)}/auth/tokens',
            headers={'X-Subject-Token': cloud.token},
        )
        .json()['token']
    )
    ids = [one['id'] for one in own['roles'] if one['name'].lower() == role]
    if not ids:
        return ''
    return trust_create(
        url, cloud.token, _own_trust(own, ids[0]), cloud.verify
    )


@_convert_errors
def _token_by_trust(cloud: clouds.Cloud, trust: str) -> str:
    """A token for a trust that the user of the cloud has from themselves."""
    identity = {'methods': ['token'], 'token': {'id': cloud.token}}
    scope = {'OS-TRUST:trust': {'id': trust}}
    answer = cloud.session(SERVICE_TYPE).post(
        f'{_v3(cloud.url(SERVICE_TYPE))}/auth/tokens',
        json={'auth': {'identity': identity, 'scope': scope}},
    )
    token: str = answer.headers['X-Subject-Token']
    return token


def _own_trust(own: Mapping[str, Any], role_id: str) -> dict[str, Any]:
    """The body of a trust with one role for the same user."""
    end = clock.now() + _SHORT
    return {
        'trustor_user_id': own['user']['id'],
        'trustee_user_id': own['user']['id'],
        'impersonation': True,
        'allow_redelegation': False,
        'project_id': own['project']['id'],
        'roles': [{'id': role_id}],
        'expires_at': end.strftime('%Y-%m-%dT%H:%M:%S.%fZ'),
    }


@_convert_errors
def project_list(cloud: clouds.Cloud) -> list[dict[str, Any]]:
    """All projects, as Keystone's JSON: ``id``, ``name``, ``enabled``."""
    projects: list[dict[str, Any]] = _get(cloud, 'projects')['projects']
    return projects


@_convert_errors
def user_list(cloud: clouds.Cloud) -> list[dict[str, Any]]:
    """All users, as Keystone's JSON: ``id``, ``name``, ``enabled``."""
    users: list[dict[str, Any]] = _get(cloud, 'users')['users']
    return users


@_convert_errors
def user_ids(cloud: clouds.Cloud, name: str) -> set[str]:
    """Ids of the users of a name, in whatever domains."""
    query = urllib.parse.urlencode({'name': name})
    return {user['id'] for user in _get(cloud, f'users?{query}')['users']}


class ProjectRole(NamedTuple):
    """That a user has a role in a project, by whatever way."""

    user_id: str
    user_name: str
    project_id: str
    role: str


@_convert_errors
def project_roles(cloud: clouds.Cloud) -> set[ProjectRole]:
    """The roles of all users in all projects.

    Roles by a group, inherited roles and implied roles count too.
    """
    found = _get(cloud, 'role_assignments?effective&include_names')
    return {
        ProjectRole(
            row['user']['id'],
            row['user']['name'],
            row['scope']['project']['id'],
            row['role']['name'],
        )
        for row in found['role_assignments']
        if 'project' in row['scope'] and 'user' in row
    }


class Trust(NamedTuple):
    """A trust that nobody but its trustor has limited; ids of Keystone."""

    trustor_id: str
    trustee_id: str
    project_id: str


@_convert_errors
def lasting_trusts(cloud: clouds.Cloud) -> list[Trust] | None:
    """All trusts without an end, as Mistral makes them for its triggers.

    None if Keystone does not list all of them (``list_limit``). OS-TRUST,
    https://docs.openstack.org/api-ref/identity/v3-ext/#list-trusts.
    """
    answer = _get(cloud, 'OS-TRUST/trusts')
    if answer.get('truncated'):
        return None
    return [
        Trust(
            one['trustor_user_id'], one['trustee_user_id'], one['project_id']
        )
        for one in answer['trusts']
        if one['expires_at'] is None and one['remaining_uses'] is None
    ]
