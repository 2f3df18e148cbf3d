# SPDX-License-Identifier: Apache-2.0
"""A project full of things that all have the same, hostile name."""

import contextlib
import dataclasses
import uuid

from cloud import settings
from cloud import users as cloud_users
from protection_dashboard.api.mistral import trove_schedules
from protection_dashboard.coverage import exemptions
from protection_dashboard.plans import service as plan_service
from protection_dashboard.recovery_points import pins
from tests.support import sandboxes
from tests.support import trove_client

NEVER = '0 3 1 1 *'
#: a formula, markup, Angular, Jinja, YAQL, right-to-left, emoji
EVIL = (
    '=1+1"\'><script>alert(1)</script><img src=x onerror=alert(2)>'
    '{$ 7*7 $}{{ 7*7 }}<% 7*7 %>\u202eשלום עולם\u202c👩\u200d💻🦀%(x)s{0}&amp;'
)
LONGEST = (EVIL + 'W' * 255)[:255]


@dataclasses.dataclass(frozen=True)
class HostileProject:
    """Who may look at it, and ids for the addresses of its pages."""

    user: str
    cloud: object
    ids: dict


@contextlib.contextmanager
def new_hostile_project():
    """A HostileProject, gone afterwards."""
    with contextlib.ExitStack() as after:
        user = after.enter_context(_account())
        session = cloud_users.open_session(user, project=user[:64])
        cloud = cloud_users.open_cloud(user, session)
        yield HostileProject(
            user, cloud, after.enter_context(hostile_objects(cloud))
        )


@contextlib.contextmanager
def hostile_objects(cloud):
    """Ids of such things in a project that is there already."""
    with sandboxes.kept(cloud) as sandbox, trove_client.kept(cloud) as client:
        yield _hostile_objects(cloud, sandbox, client)


@contextlib.contextmanager
def _account():
    """A user of the longest name, in a project of the longest name."""
    identity = cloud_users.open_session('admin')
    name = uuid.uuid4().hex[:4] + LONGEST[4:]
    project = _made(identity, 'projects', name=name[:64])
    user = _made(identity, 'users', name=name, password=settings.PASSWORD)
    roles = _list(identity, 'roles')
    try:
        for role in roles:
            if role['name'] in ('member', 'reader'):
                path = f'{project}/users/{user}/roles/{role["id"]}'
                identity.put(f'{settings.AUTH_URL}/projects/{path}')
        yield name
    finally:
        for path in (f'users/{user}', f'projects/{project}'):
            identity.delete(f'{settings.AUTH_URL}/{path}')


def _made(identity, collection, **fields):
    kind = collection.removesuffix('s')
    body = {kind: {'domain_id': 'default', **fields}}
    answer = identity.post(f'{settings.AUTH_URL}/{collection}', json=body)
    return answer.json()[kind]['id']


def _list(identity, collection):
    return identity.get(f'{settings.AUTH_URL}/{collection}').json()[collection]


def _hostile_objects(cloud, sandbox, client):
    volume, scratch, lost = (sandbox.volume(LONGEST) for _each in range(3))
    document = sandbox.document(volume, NEVER)
    document |= {'name': LONGEST, 'retention': {'last': 1}}
    plan = plan_service.plan_create(cloud, document)
    failed = sandbox.start(_impossible(sandbox.document(scratch)))
    exemptions.exempt(cloud, [lost], EVIL)
    point = sandbox.point(volume, plan=plan)
    pins.pin_point(cloud, point, EVIL)
    made = client.create(str(uuid.uuid4()), name=LONGEST)
    assert sandbox.ended(failed).state == 'ERROR'
    return {
        'volume': volume.id,
        'key': f'volume:{scratch.id}',
        'plan': plan.id,
        'schedule': plan.schedules[0].id,
        'failed': failed,
        'point': point.id,
        'lost': sandbox.point(lost).id,
        'trigger': trove_schedules.schedule_show(cloud, made.id).trigger_id,
    }


def _impossible(document):
    """A document whose method is not installed."""
    document['name'] = LONGEST
    document['resources'][0]['protection'] = EVIL[:60]
    return document
