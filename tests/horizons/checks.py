# SPDX-License-Identifier: Apache-2.0
"""What is asked of a Horizon: the pages of this checkout, icons, themes."""

import contextlib
import dataclasses
import time

from cloud import users as cloud_users
from cloud.supervisor.failure import Failure
from tests.horizons import environments
from tests.horizons import icons
from tests.horizons import outlines
from tests.horizons import servers
from tests.horizons import tours
from tests.support import hostile_project

#: a rule of our own
_RULE = '.protection-preview'


@dataclasses.dataclass(frozen=True)
class Expected:
    """What a user sees at an address in the demo's own Horizon."""

    user: str
    address: str
    script: bool
    path: str
    outline: dict


@contextlib.contextmanager
def expected():
    """What can be seen of demo's project while the block runs."""
    cloud = cloud_users.open_cloud('demo', cloud_users.open_session('demo'))
    with hostile_project.hostile_objects(cloud) as ids:
        every = {
            'demo': tours.addresses(cloud, ids),
            'admin': tours.addresses_of_admin(ids),
        }
        guests = {user: tours.Reference(user) for user in every}
        yield [
            one
            for user, addresses in every.items()
            for address in addresses
            for one in _expected(guests[user], user, address)
        ]


def _expected(reference, user, address):
    """A page, and the dialog or the tab that a script gets instead."""
    for script in (False, True):
        look = reference.look(address, script=script)
        assert look.status == 200, (user, address, look.status)
        outline = _outline(address, look)
        if not script:
            assert outline['menu'], (user, address)
        elif outlines.is_whole(look.content):
            continue
        yield Expected(user, address, script, look.path, outline)


def faults(release, wheel, expectations):
    """Lines that say what is wrong with the wheel in a release of Horizon."""
    begin = time.monotonic()
    environment = environments.Environment(release)
    try:
        environment.install(wheel)
    except Failure as failure:
        return [str(failure)]
    styles = environment.styles()
    found = [] if _RULE in styles else ['our styles are missing']
    found += [f'no icon {name}' for name in icons.missing(styles)]
    ready = time.monotonic()
    with servers.running(environment) as base:
        found += _page_faults(base, expectations)
    print(
        f'Horizon {release:6} installed in {ready - begin:.1f} s,'
        f' {len(expectations)} looks in {time.monotonic() - ready:.1f} s,'
        f' {len(found)} faults',
        flush=True,
    )
    return found


def _page_faults(base, expectations):
    users = {one.user for one in expectations}
    guests = {user: tours.Guest(base, user) for user in users}
    return [
        fault
        for one in expectations
        for fault in _differences(
            one, guests[one.user].look(one.address, script=one.script)
        )
    ]


def _outline(address, look):
    """Of Horizon's own pages only what is ours."""
    whole = outlines.is_whole(look.content)
    ours = '/protection_' if whole else 'protection'
    if ours in address:
        return outlines.of(look.content)
    return outlines.of_neighbour(look.content)


def _differences(one, look):
    at = f'{one.user} {one.address}{" (script)" if one.script else ""}'
    if look.status != 200:
        return [f'{at}: {look.status}']
    if look.path != one.path:
        return [f'{at}: leads to {look.path}, not {one.path}']
    outline = _outline(one.address, look)
    return [
        f'{at}: {part} {outline[part]}, not {wanted}'
        for part, wanted in one.outline.items()
        if outline[part] != wanted
    ]
