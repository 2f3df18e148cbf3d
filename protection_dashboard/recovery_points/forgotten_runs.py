# SPDX-License-Identifier: Apache-2.0
"""Runs that Mistral no longer has, but that left recovery points.

Mistral expires executions, and people delete them. A recovery point with the
mark of a schedule is the proof that a run of it did begin, so it is looked at
before anybody is told that none did.
"""

from collections.abc import Collection
from collections.abc import Iterable
import datetime
import functools

from protection_dashboard import exceptions
from protection_dashboard import plugins
from protection_dashboard.api.cloud import Cloud
from protection_dashboard.common import clock
from protection_dashboard.common import concurrency
from protection_dashboard.plans import document as plan_document
from protection_dashboard.plans.schema import PlanDocument
from protection_dashboard.protections.query import Found
from protection_dashboard.protections.query import Wanted
from protection_dashboard.protections.recovery_point import RecoveryPoint
from protection_dashboard.recurrence import occurrences

# the newest points of a plan that one protection is asked for
_MAX_POINTS = 200


def newest_forgotten_runs(
    cloud: Cloud,
    document: PlanDocument,
    since: datetime.datetime,
    known: Collection[str],
) -> dict[str, datetime.datetime]:
    """``{schedule id: when its newest forgotten run made a point}``, aware.

    ``document`` is that of a plan, ``since`` (aware) is how far back to look,
    and ``known`` are the ids of the executions that Mistral has. Schedules
    without such a run are left out. One call to each service that holds
    points of the plan; the first error of a service is raised if nothing was
    found.
    """
    wanted = Wanted(
        plan=document['id'],
        since=since - occurrences.EARLY,
        until=clock.now(),
    )
    points, errors = _points(cloud, document, wanted)
    found = newest_by_schedule(
        [point for point in points if point.mark.execution not in known],
        document,
    )
    if errors and not found:
        raise errors[0]
    return found


def newest_by_schedule(
    points: Iterable[RecoveryPoint], document: PlanDocument
) -> dict[str, datetime.datetime]:
    """``{schedule id: when its newest point was made}`` for a plan."""
    points = list(points)
    found: dict[str, datetime.datetime] = {}
    for schedule in document['schedules']:
        own = Wanted(plan=document['id'], schedule=schedule['id'])
        times = [point.created for point in points if own.fits(point)]
        if times:
            found[schedule['id']] = max(times)
    return found


def _points(
    cloud: Cloud, document: PlanDocument, wanted: Wanted
) -> tuple[list[RecoveryPoint], list[exceptions.ProtectionError]]:
    """The newest points of a plan, and errors of services."""
    installed = plugins.protections()
    calls = {
        slug: functools.partial(
            installed[slug].search, cloud, wanted, _MAX_POINTS
        )
        for slug in plan_document.protection_slugs(document)
        if slug in installed
    }
    found, errors = concurrency.gather(calls, dict.fromkeys(calls, Found([])))
    return [point for one in found.values() for point in one.points], errors
