# SPDX-License-Identifier: Apache-2.0
"""Accounts and catalog of the cloud, made through Keystone's API.

https://docs.openstack.org/api-ref/identity/v3/
"""

from cloud import settings
from cloud import users as cloud_users

SERVICE_USERS = (
    'glance',
    'placement',
    'neutron',
    'nova',
    'cinder',
    'manila',
    'trove',
    'mistral',
    'freezer',
)
PROJECTS = ('service', 'admin', 'demo', 'alt')


class Identity:
    """Keystone's collections, by name: each create is idempotent."""

    def __init__(self, cloud_session):
        self._session = cloud_session

    def call(self, method, path, body=None):
        return self._session.request(
            settings.AUTH_URL + path, method, json=body
        )

    def list(self, collection):
        """Return the rows of a collection."""
        return self.call('GET', f'/{collection}').json()[collection]

    def ensure(self, collection, wanted):
        """Create what is missing; return {name: id} of all."""
        ids = {row['name']: row['id'] for row in self.list(collection)}
        kind = collection.removesuffix('s')
        for body in wanted:
            if body['name'] in ids:
                continue
            row = self.call('POST', f'/{collection}', {kind: body}).json()
            ids[body['name']] = row[kind]['id']
        return ids


def create(cloud_session):
    """Create projects, users and their roles where they are missing."""
    identity = Identity(cloud_session)
    roles = identity.ensure('roles', [{'name': 'service'}])
    projects = identity.ensure(
        'projects', [{'name': n, 'domain_id': 'default'} for n in PROJECTS]
    )
    users = identity.ensure(
        'users',
        [_user(name) for name in (*cloud_users.PROJECTS_OF, *SERVICE_USERS)],
    )
    for user, project, role in _grants():
        identity.call(
            'PUT',
            f'/projects/{projects[project]}/users/{users[user]}'
            f'/roles/{roles[role]}',
        )


def _user(name):
    return {
        'name': name,
        'domain_id': 'default',
        'password': settings.PASSWORD,
        'email': f'{name}@example.org',
    }


def _grants():
    for user, projects in cloud_users.PROJECTS_OF.items():
        for project, roles in projects.items():
            yield from ((user, project, role) for role in roles)
    for user in SERVICE_USERS:
        yield user, 'service', 'admin'
        yield user, 'service', 'service'


def publish(cloud_session, services):
    """Write the services' catalog entries, with today's addresses."""
    identity = Identity(cloud_session)
    urls = {
        kind: (service, service.url + path)
        for service in services
        for kind, path in service.catalog.items()
    }
    known = {row['type']: row['id'] for row in identity.list('services')}
    endpoints = identity.list('endpoints')
    for kind, (service, url) in urls.items():
        if kind not in known:
            known[kind] = _create_service(identity, service.name, kind)
        mine = [e for e in endpoints if e['service_id'] == known[kind]]
        _publish_endpoints(identity, known[kind], url, mine)


def _create_service(identity, name, kind):
    body = {'service': {'name': name, 'type': kind}}
    return identity.call('POST', '/services', body).json()['service']['id']


def _publish_endpoints(identity, service_id, url, endpoints):
    have = {endpoint['interface']: endpoint for endpoint in endpoints}
    for interface in ('public', 'internal', 'admin'):
        endpoint = have.get(interface)
        if endpoint and endpoint['url'] == url and endpoint['enabled']:
            continue
        body = {
            'endpoint': {
                'service_id': service_id,
                'interface': interface,
                'url': url,
                'region_id': settings.REGION,
                'enabled': True,
            }
        }
        if endpoint:
            identity.call('PATCH', f'/endpoints/{endpoint["id"]}', body)
        else:
            identity.call('POST', '/endpoints', body)
