# SPDX-License-Identifier: Apache-2.0
"""How the points of a resource become more, run by run, under a plan."""

import heapq
import itertools

from protection_dashboard.protections import base
from protection_dashboard.recurrence import local_time
from protection_dashboard.recurrence import occurrences
from protection_dashboard.retention import policy as retention_policy


def growth(document, now, steps):
    """How the points of a new resource become more: ``(run, points)``.

    ``run`` is an aware time after ``now``, ``points`` are those that are
    there then, before anything is removed. At most ``steps`` runs.
    """
    policy = retention_policy.Policy.of(document)
    points = []
    for run, schedule in runs(document, now, steps):
        points.append(virtual_point(run, document['id'], schedule))
        yield run, len(points)
        found = retention_policy.verdicts(points, policy, run)
        points = [one.point for one in found if one.keep]


def runs(document, now, steps):
    """``(time, schedule id)`` of the next runs of schedules that run."""
    each = [
        [(run, one['id']) for run in _runs_of(one, now, steps)]
        for one in document['schedules']
        if not one.get('paused')
    ]
    return itertools.islice(heapq.merge(*each), steps)


def _runs_of(schedule, now, steps):
    # 2,000 runs on 29 February would take longer than Python has years
    soon = itertools.takewhile(
        lambda run: run <= local_time.LATEST_MOMENT,
        occurrences.occurrences(schedule, now),
    )
    return itertools.islice(soon, steps)


def virtual_point(run, plan, schedule=''):
    """A good point that a run at some time would make."""
    return base.RecoveryPoint(
        id=f'{run} {schedule}',
        protection='',
        resource_type='',
        resource_id='',
        name='',
        description='',
        status='',
        state=base.AVAILABLE,
        created=run,
        mark=base.Mark(plan=plan, schedule=schedule),
    )
