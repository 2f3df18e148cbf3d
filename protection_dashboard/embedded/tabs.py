# SPDX-License-Identifier: Apache-2.0
"""The tab Protection on the pages of single resources.

The enabled file ``_1660_protection_tabs`` adds them. An exception in a tab
would be an error 500 of the other dashboard's page, so a service that does not
answer is a line in the tab.
"""

import functools

from django import urls
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from horizon import tabs

from protection_dashboard import plugins
from protection_dashboard.common import concurrency
from protection_dashboard.common.references import ResourceRef
from protection_dashboard.plans import selection
from protection_dashboard.protectables.base import Resource
from protection_dashboard.protections import methods
from protection_dashboard.protections.base import Wanted
from protection_dashboard.recovery_points import listing as point_listing
from protection_dashboard.reports import project_status
from protection_dashboard.schedules import status as schedule_status
from protection_dashboard.ui import cells
from protection_dashboard.ui import request_user

_POINTS = 5
_PANELS = 'horizon:project:protection_'
_LINKED_PANELS = ('plans', 'executions', 'points')


class ProtectionTab(tabs.Tab):
    """The tab for one type of resource; loaded when somebody opens it."""

    name = _("Protection")
    slug = 'protection'
    preload = False
    template_name = 'protection/embedded/_tab.html'
    #: slug of the protectable, and the context variable of its resource
    type = ''
    resource = ''

    def allowed(self, request):
        return (
            self.type in plugins.protectables()
            and bool(plugins.protections_for_type(self.type))
            and _has_panels()
            and request_user.is_allowed(request, request_user.VIEW_RULES)
        )

    def get_context_data(self, request):
        request_user.activate_zone(request)
        cloud = request_user.cloud(request)
        key = ResourceRef(self.type, self.tab_group.kwargs[self.resource].id)
        calls = {
            'ways': functools.partial(_availability, cloud, *key),
            'plans': functools.partial(
                project_status.states_and_unreadable, cloud
            ),
            'page': lambda: point_listing.point_page(
                cloud, _POINTS, None, Wanted(*key)
            ),
        }
        found, errors = concurrency.gather(calls, dict.fromkeys(calls))
        page = found['page']
        errors += page.errors if page else []
        errors += _unreadable_lines(found['plans'])
        return {
            'errors': list(dict.fromkeys(map(str, errors))),
            'kind': gettext(plugins.protectable(self.type).name).lower(),
            'addresses': _addresses(*key),
            'may_change': request_user.is_allowed(
                request, request_user.CHANGE_RULES
            ),
            'ways': found['ways'],
            **_plan_facts(
                _protecting_states(found['plans'], found['ways'], *key)
            ),
            **_point_facts(page),
        }


class DatabaseTab(ProtectionTab):
    type = 'database'
    resource = 'instance'


class ServerTab(ProtectionTab):
    type = 'server'
    resource = 'instance'


class ShareTab(ProtectionTab):
    type = 'share'
    resource = 'share'


class VolumeTab(ProtectionTab):
    type = 'volume'
    resource = 'volume'


def _has_panels():
    """Whether the linked panels exist: an operator may remove them."""
    try:
        for panel in _LINKED_PANELS:
            urls.reverse(f'{_PANELS}{panel}:index')
    except urls.NoReverseMatch:
        return False
    return True


def _addresses(*key):
    views = {
        'schedule': 'plans:schedule',
        'protect': 'plans:protect',
        'points': 'points:resource',
    }
    return {
        name: urls.reverse(_PANELS + view, args=key)
        for name, view in views.items()
    }


def _availability(cloud, slug, resource_id):
    """Context: whether it can be protected now, or why it never can be."""
    resource = plugins.protectable(slug).show(cloud, resource_id)
    reasons = [
        method.reason for method in methods.methods_for(cloud, resource)
    ]
    if all(reasons):
        return {'resource': resource, 'open': False, 'obstacle': reasons[0]}
    may = resource.state == 'available'
    return {'resource': resource, 'open': may, 'obstacle': ''}


def _unreadable_lines(found):
    """A line for each plan that cannot be read: it may protect anything."""
    _states, unreadable = found or ((), ())
    message = gettext("%(plan)s may protect it, but cannot be read: %(why)s")
    return [
        message % {'plan': one.name, 'why': one.reason} for one in unreadable
    ]


def _protecting_states(found, ways, slug, resource_id):
    """The PlanStates that protect a resource; None if that is unknown."""
    if found is None:
        return None
    states, _unreadable = found
    if ways:
        resource = ways['resource']
    else:
        resource = Resource(resource_id, slug, '', '', '')
    return [s for s in states if selection.covers(s.plan.document, resource)]


def _plan_facts(states):
    """Context: what protects it, the next run and the last one."""
    if states is None:
        return {'plans': None}
    next_runs = [state.next_run for state in states if state.next_run]
    return {
        'plans': [_plan_line(state) for state in states],
        'next_run': cells.coming_time(min(next_runs, default=None)),
        'unarmed': cells.state_label('unarmed'),
    }


_STOPPED_STATES = (schedule_status.UNARMED, schedule_status.UNREADABLE)


def _plan_line(state):
    run = state.last_run
    return {
        'name': state.name,
        'address': urls.reverse(_PANELS + 'plans:detail', args=(state.id,)),
        'schedules': ', '.join(map(cells.schedule_text, state.schedules)),
        'unarmed': any(s.state in _STOPPED_STATES for s in state.schedules),
        'last_run': cells.run_summary(run),
        'reason': run.reason if run else '',
    }


def _point_facts(page):
    """Context: the newest points, and the age of the newest good one."""
    if page is None:
        return {'points': None}
    good = [p.created for p in page.points if p.state == 'available']
    return {
        'points': [_point_line(point) for point in page.points],
        'last_good': cells.relative_time(good[0]) if good else '',
    }


def _point_line(point):
    return {
        'taken': cells.relative_time(point.created),
        'name': point.label,
        'method': gettext(plugins.protection(point.protection).name),
        'state': cells.state_label(point.state),
        'size': cells.size_text(point.size),
        'restore': point.state == 'available'
        and urls.reverse(
            _PANELS + 'points:restore', args=(point.protection, point.id)
        ),
    }
