# SPDX-License-Identifier: Apache-2.0
"""Project > Protection > Recovery Points."""

import functools

from django import shortcuts
from django import urls
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy
import horizon
from horizon import tables

from protection_dashboard import operations
from protection_dashboard import parallel
from protection_dashboard import plugins
from protection_dashboard import points
from protection_dashboard import tenant
from protection_dashboard.panels import base
from protection_dashboard.panels import cells
from protection_dashboard.panels import cursors
from protection_dashboard.panels import entries
from protection_dashboard.panels import restore

INDEX = 'horizon:project:protection_points:index'


class Panel(horizon.Panel):
    name = _("Recovery Points")
    slug = 'protection_points'
    urls = 'recovery_points'
    policy_rules = tenant.LOOK


def key(point):
    """A point's id in our tables: its protection's slug and its own."""
    return f'{point.protection}:{point.id}'


def find(cloud, obj_id):
    """The point of such an id; NotFound otherwise."""
    slug, _colon, point_id = obj_id.partition(':')
    return plugins.protection(slug).show(cloud, point_id)


def resource_names(cloud, points):
    """``({type: {resource id: name} or None}, errors)`` of some points.

    None where the names are unknown: the kind is not installed, or its
    service does not answer.
    """
    kinds = plugins.protectables()
    types = {point.resource_type for point in points}
    calls = {
        slug: functools.partial(kinds[slug].names, cloud)
        for slug in types
        if slug in kinds and not kinds[slug].unavailable(cloud)
    }
    found, errors = parallel.gather(calls, dict.fromkeys(calls))
    return {**dict.fromkeys(types), **found}, errors


class Restore(tables.LinkAction):
    name = 'restore'
    verbose_name = _("Restore")
    classes = ('ajax-modal',)
    icon = 'undo'
    policy_rules = tenant.CHANGE

    def allowed(self, request, point=None):
        return point is None or point.state == 'available'

    def get_link_url(self, point):
        return urls.reverse(
            'horizon:project:protection_points:restore',
            args=(point.protection, point.id),
        )


class Delete(base.DeleteAction):
    help_text = _(
        "A deleted recovery point cannot be restored any more. An execution "
        "deletes it and tells how it went."
    )

    @staticmethod
    def action_present(count):
        return ngettext_lazy(
            "Delete Recovery Point", "Delete Recovery Points", count
        )

    @staticmethod
    def action_past(count):
        return ngettext_lazy(
            "Started to delete Recovery Point",
            "Started to delete Recovery Points",
            count,
        )

    def allowed(self, request, point=None):
        return point is None or point.state != 'pending'

    def handle(self, table, request, obj_ids):
        """One run deletes all of them; its page tells how it goes."""
        entries = [table.get_object_by_id(obj_id) for obj_id in obj_ids]
        points = [
            entry.point
            for entry in entries
            if table._filter_action(self, request, entry)
        ]
        if not points:
            return super().handle(table, request, obj_ids)
        run_id = operations.delete_points(tenant.cloud(request), points)
        return shortcuts.redirect(
            'horizon:project:protection_executions:detail', run_id
        )


class Table(base.Table):
    STATUSES = (('available', True), ('error', False))

    taken = tables.Column(
        lambda entry: cells.when(entry.point.created), verbose_name=_("Taken")
    )
    name = base.TextColumn(
        lambda entry: entry.point.label, verbose_name=_("Name")
    )
    resource = base.TextColumn('resource', verbose_name=_("Resource"))
    method = tables.Column(
        lambda entry: gettext(plugins.protection(entry.protection).name),
        verbose_name=_("Method"),
    )
    size = tables.Column(
        lambda entry: cells.size(entry.point.size), verbose_name=_("Size")
    )
    made_by = base.TextColumn('made_by', verbose_name=_("Made By"))
    state = tables.Column(
        'state',
        verbose_name=_("State"),
        status=True,
        status_choices=STATUSES,
        filters=(cells.state,),
    )

    def find(self, cloud, obj_id):
        point = find(cloud, obj_id)
        names, _errors = resource_names(cloud, [point])
        plan_names = _plan_names(operations.plan_list(cloud))
        return entries.Entry.of(point, names[point.resource_type], plan_names)

    def get_object_id(self, entry):
        return key(entry)

    def get_object_display(self, entry):
        return entry.point.label

    def get_marker(self):
        return cursors.write(self.following)

    def get_prev_marker(self):
        return cursors.write(self.previous)

    class Meta:
        name = 'points'
        verbose_name = _("Recovery Points")
        status_columns = ['state']
        row_class = base.Row
        row_actions = (Restore, Delete)
        table_actions = (Delete,)
        no_data_message = _(
            "No recovery points yet. Every run of a plan makes one for each "
            "resource; Protect Now in the row of a resource makes one at once."
        )


def _plan_names(found):
    return {plan.id: plan.name for plan in found or ()}


class IndexView(base.ListView):
    table_class = Table
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
            'plans': lambda: operations.plan_list(cloud),
        }
        found, errors = parallel.gather(calls, {'plans': None})
        page = found['points']
        names, unnamed = resource_names(cloud, page.points)
        self.report(*page.errors, *errors, *unnamed)
        self._page(page)
        plan_names = _plan_names(found['plans'])
        return [
            entries.Entry.of(point, names[point.resource_type], plan_names)
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
        'restore/<slug:protection>/<str:point_id>/',
        restore.RestoreView.as_view(),
        name='restore',
    ),
    urls.path('hint/<slug:type>/', restore.HintView.as_view(), name='hint'),
]
