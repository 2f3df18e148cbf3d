# SPDX-License-Identifier: Apache-2.0
"""The next runs of a plan, played through one by one with its retention.

It tells how the number of points of one resource grows from run to run. The
number that it never exceeds, and without playing, is that of :mod:`.peak`.
"""

from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
import datetime
import heapq
import itertools
import operator
from typing import Any

from protection_dashboard.common.references import ResourceRef
from protection_dashboard.protections import base
from protection_dashboard.recurrence import local_time
from protection_dashboard.recurrence import occurrences
from protection_dashboard.recurrence.schedule import Schedule
from protection_dashboard.recurrence.schedule import ScheduleDocument
from protection_dashboard.retention import policy as retention_policy


def points_after_runs(
    document: Mapping[str, Any], now: datetime.datetime, steps: int
) -> Iterator[tuple[datetime.datetime, int]]:
    """``(run, points)`` of the next runs for a resource without points.

    ``run`` is an aware time after ``now``, ``points`` the number of points
    after it, before retention removes any. At most ``steps`` runs.
    """
    policy = retention_policy.Policy.from_document(document)
    points: list[base.RecoveryPoint] = []
    for run, schedules in simulated_runs(document, now, steps):
        points.append(virtual_point(run, document['id'], schedules))
        yield run, len(points)
        found = retention_policy.retention_verdicts(points, policy, run)
        points = [one.point for one in found if one.keep]


def simulated_runs(
    document: Mapping[str, Any], now: datetime.datetime, steps: int
) -> Iterator[tuple[datetime.datetime, tuple[str, ...]]]:
    """``(aware time, schedule ids)`` of the next runs, at most ``steps``.

    One run is for all schedules that are due at its time. Schedules that are
    paused have none.
    """
    each = [
        [(run, one['id']) for run in _runs_of(one, now, steps)]
        for one in document['schedules']
        if not one.get('paused')
    ]
    times = itertools.groupby(heapq.merge(*each), key=operator.itemgetter(0))
    runs = (
        (run, tuple(schedule for _run, schedule in due)) for run, due in times
    )
    return itertools.islice(runs, steps)


def _runs_of(
    schedule: ScheduleDocument, now: datetime.datetime, steps: int
) -> Iterator[datetime.datetime]:
    # 2,000 runs on 29 February would take longer than Python has years
    soon = itertools.takewhile(
        lambda run: run <= local_time.LATEST_MOMENT,
        occurrences.occurrences(Schedule.from_document(schedule), now),
    )
    return itertools.islice(soon, steps)


def virtual_point(
    run: datetime.datetime, plan: str, schedules: Sequence[str] = ()
) -> base.RecoveryPoint:
    """The good point that a run at a time (aware) would make.

    ``schedules`` are the ids of those that the run is for.
    """
    first, *also = schedules or ('',)
    mark = base.Mark(plan=plan, schedule=first, also=tuple(also))
    return virtual_point_of_resource(run, ResourceRef('', ''), mark)


def virtual_point_of_resource(
    run: datetime.datetime, resource: ResourceRef, mark: base.Mark
) -> base.RecoveryPoint:
    """The good point with a mark that a run would make of a resource."""
    return base.RecoveryPoint(
        id=f'{run} {mark.schedule} {resource}',
        protection='',
        resource_type=resource.type,
        resource_id=resource.id,
        name='',
        description='',
        status='',
        state=base.AVAILABLE,
        created=run,
        mark=mark,
    )
