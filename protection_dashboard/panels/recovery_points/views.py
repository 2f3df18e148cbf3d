# SPDX-License-Identifier: Apache-2.0
"""Project > Protection > Recovery Points."""

import functools

from django import shortcuts
from django import urls
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views import generic

from protection_dashboard import exceptions
from protection_dashboard import plugins
from protection_dashboard.common import concurrency
from protection_dashboard.panels.recovery_points import cursors
from protection_dashboard.panels.recovery_points import export
from protection_dashboard.panels.recovery_points import filters
from protection_dashboard.panels.recovery_points import forms
from protection_dashboard.panels.recovery_points import tables
from protection_dashboard.panels.shared import point_rows
from protection_dashboard.recovery_points import listing as point_listing
from protection_dashboard.recovery_points import pins
from protection_dashboard.ui import addresses
from protection_dashboard.ui import readiness
from protection_dashboard.ui import views as ui_views

INDEX = tables.INDEX


class IndexView(ui_views.ListView):
    table_class = tables.RecoveryPointsTable
    template_name = 'protection/recovery_points/index.html'
    page_title = _("Recovery Points")
    filter_class = filters.RecoveryPointFilters
    csv = export.CSV_COLUMNS

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.plans = None
        self.names = {}
        self.page = None

    def rows(self, cloud):
        cursor = cursors.parse_cursor(self._get_marker()[0])
        self.page = self._load(
            cloud,
            lambda: point_listing.point_page(
                cloud, ui_views.PAGE_SIZE, cursor, *self.wanted
            ),
        )
        self.report(*self.page.errors)
        self._add_names(cloud, self.page.points)
        self._set_paging(self.page)
        return self._entries(self.page.points)

    def all_rows(self, cloud):
        """All rows; names of a type are fetched at its first point."""
        self._load(cloud, lambda: None)
        for point in point_listing.all_points(cloud, *self.wanted):
            if point.resource_type not in self.names:
                self._add_names(cloud, [point])
            yield from self._entries([point])

    @property
    def wanted(self):
        """``(query, slug of the only protection to ask or '')``."""
        chosen = self.chosen
        return filters.point_filter(chosen), chosen.get('method', '')

    def _load(self, cloud, load):
        """The result of ``load()``; fetches the plans meanwhile."""
        calls = {
            'loaded': load,
            'plans': functools.partial(tables.plans_by_id, cloud),
        }
        found, errors = concurrency.gather(calls, {'plans': None})
        self.report(*errors)
        self.plans = found['plans']
        return found['loaded']

    def _add_names(self, cloud, found):
        """Fetch the names of the resources of some points."""
        names, errors = tables.resource_names(cloud, found)
        self.names.update(names)
        self.report(*errors)

    def _entries(self, found):
        return [
            point_rows.PointRow.from_point(
                one, self.names[one.resource_type], self.plans
            )
            for one in found
        ]

    def _set_paging(self, page):
        """Set the page links of the table, and say what the page lacks."""
        table = self.get_table()
        table.following, table.previous = page.next, page.previous
        self._has_more_data = page.next is not None
        self._has_prev_data = page.previous is not None
        if page.errors and not page.points:
            table._no_data_message = ui_views.NOT_LOADED_MESSAGE
        for slug, count in page.looked.items():
            self.notices.append(_search_note(slug, count))

    def offers(self, cloud):
        chosen = self.chosen
        slug = chosen.get('type')
        if slug and slug not in self.names:
            self.names[slug] = tables.type_resource_names(cloud, slug)
        return filters.select_choices(chosen, self.plans, self.names.get(slug))

    def facts(self):
        page = self.page
        if not page or not page.points:
            return {}
        return {'sum': export.total_text(page.points, is_all=page.is_all)}


def _search_note(slug, count):
    method = gettext(plugins.protection(slug).name)
    text = gettext(
        "%(method)s: the newest %(count)d recovery points were looked "
        "through; older ones are not shown."
    )
    return readiness.ReadinessNotice(text % {'method': method, 'count': count})


class ResourceView(generic.View):
    """Redirects to the list of all points, filtered by one resource."""

    def get(self, request, type, resource_id):
        return shortcuts.redirect(
            point_rows.resource_points_address(type, resource_id)
        )


class PinView(ui_views.FormView):
    form_class = forms.PinForm
    template_name = 'protection/recovery_points/pin.html'
    ajax_template_name = 'protection/recovery_points/_pin.html'
    page_title = _("Pin Recovery Point")
    submit_label = _("Pin")
    home = INDEX

    @cached_property
    def found(self):
        """``(point, its plan)``.

        Both are None where a sent form cannot do it: saving says why then.
        """
        protection = plugins.protection(self.kwargs['protection'])
        try:
            point = protection.show(self.cloud, self.kwargs['point_id'])
            return point, pins.plan_of_point(self.cloud, point)
        except (exceptions.Refused, exceptions.Unavailable):
            if self.request.method == 'GET':
                raise
            return None, None

    def get_form_kwargs(self):
        point, plan = self.found
        pin = plan.pins.get(point.id, {}) if plan else {}
        return {
            **super().get_form_kwargs(),
            **self.kwargs,
            'note': pin.get('note', ''),
        }

    def get_context_data(self, **kwargs):
        point, plan = self.found
        return {
            **super().get_context_data(**kwargs),
            'point': point,
            'plan': plan,
        }

    def address(self, result):
        own = urls.reverse(
            'horizon:project:protection_points:detail',
            kwargs=self.kwargs,
        )
        here = self.request.get_full_path()
        came_from = addresses.referring_page(self.request, own)
        return own if came_from.endswith(here) else came_from
