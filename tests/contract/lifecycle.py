# SPDX-License-Identifier: Apache-2.0
"""The life of a recovery point, played once for each protection.

It goes the way that Mistral's actions go (see
``protection_dashboard.executions.steps``), so what a lifecycle saw is what a
run would report.
"""

import dataclasses
import datetime
import uuid

from protection_dashboard import exceptions
from protection_dashboard import plugins
from protection_dashboard.executions import steps as execution_steps
from protection_dashboard.executions import waits
from protection_dashboard.plans import document as plan_document
from protection_dashboard.protections.base import Mark
from protection_dashboard.protections.base import RecoveryPoint
from protection_dashboard.protections.base import Wanted
from tests.support.waiting import until

BEFORE, AFTER = 'as it was then', 'as it is now'
_LIMIT = 120  # seconds


def step(backend, resource):
    """A run's step for a resource, with a mark of its own."""
    protection = plugins.protection(backend.protection)
    options = {
        **protection.defaults(resource),
        **backend.options(resource),
    }
    document = plan_document.new_plan_document(
        'contract', resource, backend.protection, options
    )
    mark = Mark(plan=document['id'], execution=str(uuid.uuid4()))
    (made,) = execution_steps.plan_steps(
        plan_document.resource_entries(document),
        mark,
        datetime.datetime.now(datetime.UTC),
    )
    return made


def ended(cloud, wait):
    """A wait once it has ended, as a run's polls see it."""
    state = {'results': [wait]}

    def calm():
        state.update(waits.poll_waits(cloud, state['results']))
        return state['pending'] == 0

    until(calm, _LIMIT, pause=0.5)
    return state['results'][0]


def protected(cloud, backend, resource):
    return ended(
        cloud, execution_steps.begin_protection(cloud, step(backend, resource))
    )


@dataclasses.dataclass(frozen=True)
class Lifecycle:
    """What was seen; waits as in :mod:`~protection_dashboard.executions`."""

    begun: datetime.datetime
    mark: Mark
    made: dict
    again: dict
    point: RecoveryPoint
    listed: list
    restored: dict
    wanted: str
    content: str
    original: str
    searched: dict
    deleted: dict
    left: list


def play_lifecycle(backend):
    """Protect, twice delivered; overwrite, restore, delete."""
    protection = plugins.protection(backend.protection)
    cloud, resource = backend.demo, backend.resource()
    begun = datetime.datetime.now(datetime.UTC)
    backend.write(resource, BEFORE)
    one = step(backend, resource)
    first, second = (
        execution_steps.begin_protection(cloud, one),
        execution_steps.begin_protection(cloud, one),
    )
    made, again = ended(cloud, first), ended(cloud, second)
    assert made['state'] == 'ok', made
    point = protection.show(cloud, made['id'])
    listed = protection.points(cloud, resource.id)
    found = searched(cloud, protection, point)
    backend.write(resource, AFTER)
    options = {
        **protection.restore_defaults(point, resource),
        **backend.restore_options(point),
    }
    restored = _restored(backend, point, options)
    content = backend.read(restored['id'])
    original = backend.read(resource.id)
    gone = ended(cloud, execution_steps.begin_deletion(cloud, named(point)))
    left = protection.points(cloud, resource.id)
    return Lifecycle(
        begun,
        Mark(**one['mark']),
        made,
        again,
        point,
        listed,
        restored,
        options['restore_name'],
        content,
        original,
        found,
        gone,
        left,
    )


def searched(cloud, protection, point):
    """``{what is wanted: (ids found, whether the point should be there)}``."""
    mark = point.mark
    before = point.created - datetime.timedelta(seconds=1)
    cases = {
        'its plan': (Wanted(plan=mark.plan), True),
        'its run': (Wanted(execution=mark.execution), True),
        'its type': (Wanted(type=point.resource_type), True),
        'another plan': (Wanted(plan=mark.execution), False),
        'available': (Wanted(plan=mark.plan, state='available'), True),
        'pending': (Wanted(plan=mark.plan, state='pending'), False),
        'failed': (Wanted(state='error'), False),
        'newer': (Wanted(since=before), True),
        'older': (Wanted(plan=mark.plan, until=before), False),
        'its resource': (
            Wanted(point.resource_type, point.resource_id, plan=mark.plan),
            True,
        ),
    }
    return {
        name: (
            [one.id for one in protection.search(cloud, wanted, 100).points],
            there,
        )
        for name, (wanted, there) in cases.items()
    }


def named(point):
    return {
        'protection': point.protection,
        'id': point.id,
        'name': point.label,
        'resource_id': point.resource_id,
    }


def _restored(backend, point, options):
    wait = execution_steps.begin_restore(backend.demo, named(point), options)
    restored = ended(backend.demo, wait)
    assert restored['state'] == 'ok', restored
    backend.forget(restored['id'])
    return restored


def refusal(call, *args):
    """The ProtectionError that a call raises, or None."""
    try:
        call(*args)
    except exceptions.ProtectionError as error:
        return error
    return None
