# SPDX-License-Identifier: Apache-2.0
"""What the services make themselves: the rows that are copied.

A plan of a few volumes and a share that has run once, and that run is the
one whose page is measured.
"""

import dataclasses

from protection_dashboard import plugins
from protection_dashboard.api import manila
from protection_dashboard.executions import service as execution_service
from protection_dashboard.plans import document as plan_document
from protection_dashboard.plans import service as plan_service
from tests.bench import accounts
from tests.support.factories import ended
from tests.support.sandboxes import cinder_of
from tests.support.waiting import until

VOLUMES = 12
LIMIT = 180  # seconds
_VOLUME = plugins.protectable('volume')
_SHARE = plugins.protectable('share')


@dataclasses.dataclass(frozen=True)
class Seeds:
    """Ids of what there is one of; ``cloud`` is the user's."""

    cloud: object
    volume: str
    share: str
    plan: plan_document.Plan
    run: str


def sow(cloud):
    """Make it through the services' APIs; the Seeds."""
    cinder = cinder_of(cloud)
    for number in range(VOLUMES):
        cinder.volumes.create(1, name=f'seed-{number}')
    manila.share_create(cloud, 'NFS', 1, name='seed-share')
    until(lambda: _ready(cloud), LIMIT)
    plan = plan_service.plan_create(cloud, _document(cloud))
    run = execution_service.execute_plan(cloud, plan)
    ended(cloud, run, LIMIT)
    return Seeds(
        cloud=cloud,
        volume=_VOLUME.list(cloud)[0].id,
        share=_SHARE.list(cloud)[0].id,
        plan=plan,
        run=run,
    )


def _ready(cloud):
    found = [*_VOLUME.list(cloud), *_SHARE.list(cloud)]
    return len(found) > VOLUMES and all(
        one.state == 'available' for one in found
    )


def _document(cloud):
    found = [*_VOLUME.list(cloud), *_SHARE.list(cloud)]
    first, *others = [_one(resource) for resource in found]
    for other in others:
        first['resources'] += other['resources']
    schedule = plan_document.new_schedule('35 2 * * *', 'UTC').document()
    name = f'{accounts.NAME} seeds'
    return {**first, 'name': name, 'schedules': [schedule]}


def _one(resource):
    protection = plugins.protections_for_type(resource.type)[0]
    return plan_document.new_plan_document(
        'one', resource, protection.slug, protection.defaults(resource)
    )
