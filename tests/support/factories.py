# SPDX-License-Identifier: Apache-2.0
"""Small factories: plans and runs for a test, gone after it."""

import itertools

from cinderclient import client as cinder_client

from protection_dashboard import exceptions
from protection_dashboard import plugins
from protection_dashboard.executions import service as execution_service
from protection_dashboard.plans import document as plan_document
from protection_dashboard.plans import service as plan_service
from tests.support.waiting import until

_NUMBERS = itertools.count(1)
VOLUME = plugins.protectable('volume')
SNAPSHOT = plugins.protection('volume_snapshot')


def volume(cloud, name='web-data'):
    """A sample volume of the cloud's project, by name."""
    return next(v for v in VOLUME.list(cloud) if v.name == name)


def document(resource, pattern=None, **options):
    """A plan document for one volume, with a schedule if there is a pattern.

    ``0 3 1 1 *`` is a pattern that will not fire during a test.
    """
    made = [plan_document.new_schedule(pattern, 'UTC')] if pattern else []
    name = f'plan {next(_NUMBERS)} of {resource.name}'
    wanted = {**SNAPSHOT.defaults(resource), **options}
    return plan_document.new_plan_document(
        name, resource, SNAPSHOT.slug, wanted, made
    )


def ended(cloud, run_id, limit=60):
    """The run with its results, once it has ended."""
    until(lambda: execution_service.execution_get(cloud, run_id).ended, limit)
    return execution_service.execution_details(cloud, run_id)


def uproot(cloud, plan):
    """Delete a plan that a test made, unless the test did."""
    try:
        plan_service.plan_delete(cloud, plan_service.plan_get(cloud, plan.id))
    except exceptions.NotFound:
        return


def clear_points(cloud, before):
    """Delete the recovery points that were not there before a test."""
    made = [p for p in SNAPSHOT.points(cloud) if p.id not in before]
    for point in made:
        SNAPSHOT.delete(cloud, point.id)


def point_ids(cloud):
    return {point.id for point in SNAPSHOT.points(cloud)}


def delete_volume(cloud, volume, limit=30):
    """Delete a volume and wait until it is gone."""
    client = cinder_client.Client(
        '3.45', session=cloud.session('block-storage')
    )
    client.volumes.delete(volume.id)
    until(lambda: volume.id not in VOLUME.names(cloud), limit)
