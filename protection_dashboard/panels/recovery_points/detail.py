# SPDX-License-Identifier: Apache-2.0
"""The page of a recovery point: its facts, and what retention does."""

import datetime
import functools

from django import urls
from django.utils.translation import gettext

from protection_dashboard import exceptions
from protection_dashboard import plugins
from protection_dashboard.common import concurrency
from protection_dashboard.panels.recovery_points import tables
from protection_dashboard.panels.shared import point_rows
from protection_dashboard.plans import service as plan_service
from protection_dashboard.protections.base import Wanted
from protection_dashboard.recovery_points import listing as point_listing
from protection_dashboard.retention import policy as retention_policy
from protection_dashboard.ui import addresses
from protection_dashboard.ui import cells
from protection_dashboard.ui import views as ui_views

INDEX = tables.INDEX
_SIBLINGS = 20
_MAX_RUN_TIME = datetime.timedelta(days=7)


class DetailView(ui_views.DetailView):
    template_name = 'protection/recovery_points/detail.html'
    page_title = '{{ entry.point.label }}'
    home = INDEX

    def get_context_data(self, **kwargs):
        protection = plugins.protection(self.kwargs['protection'])
        point = protection.show(self.cloud, self.kwargs['point_id'])
        found, errors = _related_facts(self.cloud, point)
        plan = found['plan']
        names, unnamed = found['names']
        entry = point_rows.PointRow.from_point(
            point, names[point.resource_type], plan and {plan.id: plan}
        )
        table = tables.RecoveryPointsTable(self.request)
        return {
            **super().get_context_data(**kwargs),
            'entry': entry,
            'errors': list(dict.fromkeys(map(str, [*errors, *unnamed]))),
            'actions': table.render_row_actions(entry),
            'url': urls.reverse(INDEX),
            'type': cells.type_name(point.resource_type),
            'method': gettext(protection.name),
            'taken': point_rows.taken_cell(point),
            'taken_in_full': cells.local_time(point.created),
            'size': cells.size_text(point.size),
            'state': cells.state_label(point.state),
            'reason': found['reason'],
            'starter': entry.plan and entry.starter,
            'run_address': _run_address(point),
            'siblings': _siblings(point, found['siblings']),
            'last': _is_last(point, found['points']),
            'retention': _retention_text(point, found['points'], plan, errors),
            'resource_point_count': len(found['points'] or ()),
            'pin': entry.pin and cells.pin_text(entry.pin),
            **_relatives(point, found['points'] or ()),
        }


def _related_facts(cloud, point):
    """``(results, errors)`` of the calls about a point, side by side."""
    calls = {
        'plan': functools.partial(_plan, cloud, point),
        'points': functools.partial(_resource_points, cloud, point),
        'siblings': functools.partial(_points_of_run, cloud, point),
        'reason': functools.partial(_reason, cloud, point),
        'names': functools.partial(tables.resource_names, cloud, [point]),
    }
    fallbacks = {'plan': None, 'points': None, 'siblings': (), 'reason': ''}
    return concurrency.gather(calls, fallbacks)


def _plan(cloud, point):
    """The plan that made it; None if there is none any more."""
    if not point.mark.plan:
        return None
    try:
        return plan_service.plan_get(cloud, point.mark.plan)
    except exceptions.NotFound:
        return None


def _resource_points(cloud, point):
    """All points of its resource."""
    calls = {
        protection.slug: functools.partial(
            protection.points, cloud, resource_id=point.resource_id
        )
        for protection in plugins.protections_for_type(point.resource_type)
        if not plugins.missing_service_reason(
            cloud, protection.service_type, protection.service
        )
    }
    found, _errors = concurrency.gather(calls)
    return [one for points in found.values() for one in points]


def _reason(cloud, point):
    """Why it failed, or ''."""
    if point.state != 'error':
        return ''
    return plugins.protection(point.protection).reason(cloud, point)


def _retention_text(point, points, plan, errors):
    """What retention would do with it today."""
    if points is None or (errors and point.mark.plan and not plan):
        return gettext("Unknown: a service does not answer.")
    if plan is None:
        return gettext(
            "It stays until somebody deletes it: no plan takes care of it."
        )
    now = datetime.datetime.now(datetime.UTC)
    policy = retention_policy.Policy.from_document(plan.document)
    found = retention_policy.retention_verdicts(points, policy, now)
    mine = next((v for v in found if v.point.id == point.id), None)
    return cells.verdict_label(mine) if mine else cells.NONE


def _relatives(point, points):
    """Context: the points that it needs, and those that need it."""
    parents = [one for one in points if one.id == point.parent]
    return {
        'parents': [_relative(one) for one in parents],
        'lost_parent': '' if parents else point.parent,
        'children': [_relative(p) for p in points if p.parent == point.id],
    }


def _relative(point):
    return {
        'address': point_rows.point_address(point),
        'name': point.label,
        'taken': cells.relative_time(point.created),
    }


def _points_of_run(cloud, point):
    """At most _SIBLINGS + 2 points of the same run, itself among them.

    So the page knows whether there are more than it links.
    """
    if not point.mark.execution:
        return ()
    wanted = Wanted(
        execution=point.mark.execution, since=point.created - _MAX_RUN_TIME
    )
    return point_listing.point_page(cloud, _SIBLINGS + 2, None, wanted).points


def _siblings(point, points):
    """Links to the other points of a run, and whether there are more."""
    others = [one for one in points if one.id != point.id]
    return {
        'links': [_relative(one) for one in others[:_SIBLINGS]],
        'more': len(others) > _SIBLINGS,
    }


def _is_last(point, points):
    """Whether it is the only good point of its resource among the known."""
    good = [one.id for one in points or () if one.state == 'available']
    return good == [point.id]


def _run_address(point):
    """The URL of the execution that made it; '' if that is unknown."""
    return point.mark.execution and addresses.execution_page(
        point.mark.execution
    )
