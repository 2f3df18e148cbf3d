# SPDX-License-Identifier: Apache-2.0
"""Who may log in, as what, and what the catalog offers."""

from concurrent import futures
import contextlib
import datetime
import sqlite3

import pytest

from cloud import settings
from cloud.services import catalog
from cloud.users import PROJECTS_OF
from cloud.users import open_session

pytestmark = pytest.mark.usefixtures('running_cloud')


def _access(user, project):
    session = open_session(user, project=project)
    return session.auth.get_access(session)


@pytest.mark.parametrize(
    ('user', 'project', 'roles'),
    [
        (user, project, set(roles))
        for user, projects in PROJECTS_OF.items()
        for project, roles in projects.items()
    ],
)
def test_a_user_has_its_roles_in_its_project(user, project, roles):
    implied = {
        'admin': {'manager', 'member', 'reader'},
        'member': {'reader'},
    }
    expected = roles.union(*(implied.get(role, ()) for role in roles))
    assert set(_access(user, project).role_names) == expected


def test_a_token_lasts_as_long_as_where_nobody_has_changed_it():
    access = _access('demo', 'demo')
    lifetime = access.expires - access.issued
    assert lifetime == datetime.timedelta(hours=1)


def test_the_catalog_names_every_service_at_its_address():
    access = _access('demo', 'demo')
    urls = {
        entry['type']: {point['url'] for point in entry['endpoints']}
        for entry in access.service_catalog.catalog
    }
    project = access.project_id
    assert urls == {
        kind: {(service.url + path).replace('%(tenant_id)s', project)}
        for service in (kind() for kind in catalog.SERVICES)
        for kind, path in service.catalog.items()
    }


def test_the_first_logins_of_a_day_all_succeed():
    """Keystone then writes down the day, many times at once."""
    path = settings.STATE / 'keystone' / 'keystone.db'
    with contextlib.closing(sqlite3.connect(path, timeout=30)) as database:
        database.execute('update user set last_active_at = null')
        database.commit()
    with futures.ThreadPoolExecutor(12) as pool:
        users = 4 * ('demo', 'alt', 'viewer')
        assert all(pool.map(lambda u: open_session(u).get_token(), users))
