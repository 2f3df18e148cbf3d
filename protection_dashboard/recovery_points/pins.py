# SPDX-License-Identifier: Apache-2.0
"""Pinned recovery points: what a plan's retention never removes.

A pin stands in the document of the plan that made the point, for every
service alike: not every service has metadata on its points.
"""

import datetime
import functools

from protection_dashboard import exceptions
from protection_dashboard import plugins
from protection_dashboard.common import clock
from protection_dashboard.common import concurrency
from protection_dashboard.plans import service as plan_service
from protection_dashboard.recurrence import local_time


def pin(cloud, point, note):
    """Pin a point, or give a pinned one another note; the plan as saved.

    Pins of points that no longer exist go at the same time. Refused for a
    point that no plan of the project has made: nothing removes that one.
    """
    plan = plan_of(cloud, point)
    others = [one for one in _pins(plan) if one['id'] != point.id]
    gone = [one['id'] for one in _gone(cloud, others)]
    added = {
        'protection': point.protection,
        'id': point.id,
        'note': note,
        'by': cloud.user,
        'at': _now(),
    }
    # read again: the services took their time
    plan = plan_of(cloud, point)
    return _save(cloud, plan, {point.id, *gone}, [added])


def unpin(cloud, point):
    """Let retention decide on a point again; the plan as saved."""
    plan = plan_of(cloud, point)
    return (
        _save(cloud, plan, {point.id}, []) if point.id in plan.pins else plan
    )


def plan_of(cloud, point):
    """The plan that made a point; Refused when there is none."""
    try:
        if point.mark.plan:
            return plan_service.plan_get(cloud, point.mark.plan)
    except exceptions.NotFound as error:
        raise exceptions.Refused(
            "The plan that made this recovery point is gone, so nothing "
            "removes it by itself: there is no need to pin it."
        ) from error
    raise exceptions.Refused(
        "No plan made this recovery point, so nothing removes it by itself: "
        "there is no need to pin it."
    )


def pinned_at(pin):
    """When a pin was set (aware); None when it does not tell."""
    try:
        at = datetime.datetime.fromisoformat(pin.get('at', ''))
    except ValueError:
        return None
    return at if at.tzinfo and local_time.is_in_range(at) else None


def _pins(plan):
    return plan.document.get('pins', [])


def _save(cloud, plan, without, added):
    kept = [one for one in _pins(plan) if one['id'] not in without]
    return plan_service.plan_save(cloud, plan, pins=[*kept, *added] or None)


def _now():
    return clock.now().isoformat(timespec='seconds')


def _gone(cloud, pins):
    """Those of some pins whose points are surely gone."""
    slugs = {one['protection'] for one in pins}
    calls = {slug: functools.partial(_ids, cloud, slug) for slug in slugs}
    found, _errors = concurrency.gather(calls, dict.fromkeys(calls))
    missing = [
        one
        for one in pins
        if found[one['protection']] is not None
        and one['id'] not in found[one['protection']]
    ]
    return [one for one in missing if _is_gone(cloud, one)]


def _ids(cloud, slug):
    return {point.id for point in plugins.protection(slug).points(cloud)}


def _is_gone(cloud, pin):
    """Asked of the one point, too: a list may lack what there is."""
    try:
        plugins.protection(pin['protection']).show(cloud, pin['id'])
    except exceptions.NotFound:
        return True
    except exceptions.ProtectionError:
        return False
    return False
