# SPDX-License-Identifier: Apache-2.0
"""Project > Protection > Recovery Points."""

import functools

from django import urls
from django.utils.translation import gettext_lazy as _
import horizon

from protection_dashboard import parallel
from protection_dashboard import plugins
from protection_dashboard import points
from protection_dashboard import tenant
from protection_dashboard.panels import base
from protection_dashboard.panels import cursors
from protection_dashboard.panels import entries
from protection_dashboard.panels import recovery_point
from protection_dashboard.panels import recovery_point_pin
from protection_dashboard.panels import recovery_point_table
from protection_dashboard.panels import restore

INDEX = 'horizon:project:protection_points:index'


class Panel(horizon.Panel):
    name = _("Recovery Points")
    slug = 'protection_points'
    urls = 'recovery_points'
    policy_rules = tenant.LOOK


class IndexView(base.ListView):
    table_class = recovery_point_table.Table
    page_title = _("Recovery Points")

    @property
    def resource(self):
        """``(type, id)`` of the only resource of interest, or None."""
        if 'type' not in self.kwargs:
            return None
        return self.kwargs['type'], self.kwargs['resource_id']

    def rows(self, cloud):
        if self.resource:
            plugins.protectable(self.resource[0])
        cursor = cursors.read(self._get_marker()[0])
        calls = {
            'points': lambda: points.page(
                cloud, base.PAGE, cursor, self.resource
            ),
            'plans': functools.partial(
                recovery_point_table.plans_by_id, cloud
            ),
        }
        found, errors = parallel.gather(calls, {'plans': None})
        page = found['points']
        names, unnamed = recovery_point_table.resource_names(
            cloud, page.points
        )
        self.report(*page.errors, *errors, *unnamed)
        self._page(page)
        return [
            entries.Entry.of(point, names[point.resource_type], found['plans'])
            for point in page.points
        ]

    def _page(self, page):
        table = self.get_table()
        table.following, table.previous = page.following, page.previous
        self._has_more_data = page.following is not None
        self._has_prev_data = page.previous is not None
        if page.errors and not page.points:
            table._no_data_message = base.NO_DATA

    def facts(self):
        if not self.resource:
            return {}
        return {'all_address': urls.reverse(INDEX)}


urlpatterns = [
    urls.path('', IndexView.as_view(), name='index'),
    urls.path(
        'of/<slug:type>/<str:resource_id>/',
        IndexView.as_view(),
        name='resource',
    ),
    urls.path(
        'point/<slug:protection>/<str:point_id>/',
        recovery_point.DetailView.as_view(),
        name='detail',
    ),
    urls.path(
        'pin/<slug:protection>/<str:point_id>/',
        recovery_point_pin.PinView.as_view(),
        name='pin',
    ),
    urls.path(
        'restore/<slug:protection>/<str:point_id>/',
        restore.RestoreView.as_view(),
        name='restore',
    ),
    urls.path('hint/<slug:type>/', restore.HintView.as_view(), name='hint'),
]
