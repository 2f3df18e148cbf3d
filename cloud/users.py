# SPDX-License-Identifier: Apache-2.0
"""The users of the cloud, what they may do, and their sessions."""

import dataclasses

from cloud import settings

# user -> {project: roles}; the first project is the user's own
PROJECTS_OF = {
    'demo': {'demo': ('member', 'reader')},
    'viewer': {'demo': ('reader',)},
    'alt': {'alt': ('member', 'reader')},
    'admin': {'admin': ('admin',), 'demo': ('admin',), 'alt': ('admin',)},
}


def open_session(user, *, project=None):
    """Return a keystoneauth session of a user in a project (its own)."""
    from keystoneauth1 import session
    from keystoneauth1.identity import v3

    project = project or next(iter(PROJECTS_OF[user]))
    return session.Session(
        auth=v3.Password(
            auth_url=settings.AUTH_URL,
            username=user,
            password=settings.PASSWORD,
            project_name=project,
            user_domain_id='default',
            project_domain_id='default',
        )
    )


def open_cloud(user, session):
    """Return the plugin's Cloud of a user, as its session sees it."""
    from cloud.services.freezer import guard
    from protection_dashboard import settings as operator
    from protection_dashboard.api import keystone

    access = session.auth.get_access(session)
    cloud = keystone.cloud(
        auth_url=settings.AUTH_URL,
        token=session.get_token(),
        project_id=session.get_project_id(),
        region=settings.REGION,
        verify=True,
        settings=operator.Settings(
            freezer_storage=guard.STORAGE,
            freezer_container=guard.CONTAINER,
        ),
    )
    return dataclasses.replace(
        cloud,
        user=user,
        user_id=session.get_user_id(),
        admin=user == 'admin',
        project_name=access.project_name,
        roles=frozenset(access.role_names),
    )
