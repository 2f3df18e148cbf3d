# SPDX-License-Identifier: Apache-2.0
"""Pinned recovery points: a plan's retention never removes them.

A pin is stored in the document of the plan that made the point, whatever the
service, because not every service has metadata on its points.
"""

from collections.abc import Collection
from collections.abc import Sequence
import datetime
import functools

from protection_dashboard import exceptions
from protection_dashboard import plugins
from protection_dashboard.api.cloud import Cloud
from protection_dashboard.common import clock
from protection_dashboard.common import concurrency
from protection_dashboard.plans import document as plan_document
from protection_dashboard.plans import service as plan_service
from protection_dashboard.plans.schema import PinDocument
from protection_dashboard.protections import base
from protection_dashboard.recurrence import local_time


def pin_point(
    cloud: Cloud, point: base.RecoveryPoint, note: str
) -> plan_document.Plan:
    """Pin a point, or change a pinned one's note; returns the saved plan.

    Pins of points that no longer exist are removed at the same time. Raises
    Refused for a point that no plan of the project has made: no retention
    removes that one.
    """
    plan = plan_of_point(cloud, point)
    others = [one for one in _pins(plan) if one['id'] != point.id]
    gone = [one['id'] for one in _gone(cloud, others)]
    added: PinDocument = {
        'protection': point.protection,
        'id': point.id,
        'note': note,
        'by': cloud.user,
        'at': _now(),
    }
    return _save(cloud, plan, {point.id, *gone}, [added])


def unpin_point(cloud: Cloud, point: base.RecoveryPoint) -> plan_document.Plan:
    """Let retention decide on a point again; returns the saved plan."""
    plan = plan_of_point(cloud, point)
    return (
        _save(cloud, plan, {point.id}, []) if point.id in plan.pins else plan
    )


def plan_of_point(
    cloud: Cloud, point: base.RecoveryPoint
) -> plan_document.Plan:
    """The plan that made a point; raises Refused when there is none."""
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


def pinned_at(pin: PinDocument) -> datetime.datetime | None:
    """When a pin was set (aware); None when it does not say so."""
    try:
        at = datetime.datetime.fromisoformat(pin.get('at', ''))
    except ValueError:
        return None
    return at if at.tzinfo and local_time.is_in_range(at) else None


def _pins(plan: plan_document.Plan) -> list[PinDocument]:
    return plan.document.get('pins', [])


def _save(
    cloud: Cloud,
    plan: plan_document.Plan,
    without: Collection[str],
    added: Sequence[PinDocument],
) -> plan_document.Plan:
    def changed(plan: plan_document.Plan) -> plan_service.Parts:
        kept = [one for one in _pins(plan) if one['id'] not in without]
        return {'pins': [*kept, *added] or None}

    return plan_service.plan_change(cloud, plan.id, changed)


def _now() -> str:
    return clock.now().isoformat(timespec='seconds')


def _gone(cloud: Cloud, pins: Sequence[PinDocument]) -> list[PinDocument]:
    """The pins whose points are known to be gone."""
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


def _ids(cloud: Cloud, slug: str) -> set[str]:
    return {point.id for point in plugins.protection(slug).points(cloud)}


def _is_gone(cloud: Cloud, pin: PinDocument) -> bool:
    """Whether the service says so: a list may lack a point that exists."""
    try:
        plugins.protection(pin['protection']).show(cloud, pin['id'])
    except exceptions.NotFound:
        return True
    except exceptions.ProtectionError:
        return False
    return False
