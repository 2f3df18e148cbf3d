# SPDX-License-Identifier: Apache-2.0
"""All pages of ours, and those of Horizon's that hold something of ours."""

import dataclasses
from urllib.parse import urlsplit

from django import urls

from protection_dashboard import plugins
from tests.pages import conftest as pages
from tests.support import logins
from tests.support import page_addresses

_LIMIT = 60  # seconds
#: pages of Horizon's own, where it has actions, tabs and a menu of ours
_NEIGHBOURS = """
/project/
/project/instances/
/project/instances/{server}/
/project/instances/{server}/?tab=instance_details__protection
/project/volumes/
/project/volumes/{volume}/
/project/volumes/{volume}/?tab=volume_details__protection
/project/snapshots/
"""


@dataclasses.dataclass(frozen=True)
class Look:
    """What came of asking for an address; ``path`` is where it led to."""

    status: int
    path: str
    content: str


class Reference:
    """A user of this checkout in the demo's own Horizon, in this process."""

    def __init__(self, user):
        self._client = pages.Visitor(user)

    def look(self, address, *, script):
        """``script``: as Horizon's script asks for a dialog or a tab."""
        headers = {'X-Requested-With': 'XMLHttpRequest'} if script else {}
        answer = self._client.get(address, headers=headers, follow=True)
        path = answer.request['PATH_INFO']
        return Look(answer.status_code, path, answer.content.decode())


class Guest:
    """The same user in the Horizon at ``base``."""

    def __init__(self, base, user):
        self._session = logins.Visitor(base, user)

    def look(self, address, *, script):
        headers = {'X-Requested-With': 'XMLHttpRequest'} if script else {}
        answer = self._session.get(
            self._session.base + address, headers=headers, timeout=_LIMIT
        )
        return Look(answer.status_code, urlsplit(answer.url).path, answer.text)


def addresses(cloud, ids):
    """What a member of the project may open."""
    server, *_more = plugins.protectable('server').list(cloud)
    ids = {**ids, 'server': server.id}
    theirs = [line.format(**ids) for line in _NEIGHBOURS.split()]
    return [*theirs, *page_addresses.every(ids).values(), *_of_types(cloud)]


def addresses_of_admin(ids):
    """What an administrator may open, and the same panels of the project."""
    panels = [
        view for view in page_addresses.every(ids) if view.endswith(':index')
    ]
    return [
        *page_addresses.every_of_admin(ids).values(),
        *(_address(view) for view in panels),
    ]


def _of_types(cloud):
    """The forms for a resource, and for a point, of each kind there is."""
    for slug, protectable in plugins.protectables().items():
        for resource in protectable.list(cloud)[:1]:
            if not plugins.protections_for_type(slug):
                continue
            yield _address('plans:schedule', slug, resource.id)
            yield _address('plans:protect', slug, resource.id)
            yield _address('points:resource', slug, resource.id)
    for slug, protection in plugins.protections().items():
        for point in protection.points(cloud)[:1]:
            yield _address('points:detail', slug, point.id)
            yield _address('points:restore', slug, point.id)


def _address(view, *words):
    return urls.reverse(page_addresses.PROJECT + view, args=words)
