# SPDX-License-Identifier: Apache-2.0
"""Project > Protection > Schedules."""

import datetime

from django import urls
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from protection_dashboard import exceptions
from protection_dashboard import plugins
from protection_dashboard.common import concurrency
from protection_dashboard.common.references import ResourceRef
from protection_dashboard.executions import search as execution_search
from protection_dashboard.forms import retention_fields
from protection_dashboard.forms import schedule_preview
from protection_dashboard.panels.executions import views as execution_views
from protection_dashboard.panels.schedules import export
from protection_dashboard.panels.schedules import filters
from protection_dashboard.panels.schedules import form_views
from protection_dashboard.panels.schedules import tables
from protection_dashboard.panels.schedules import timeline
from protection_dashboard.protectables.base import Resource
from protection_dashboard.reports import project_status
from protection_dashboard.schedules import status as schedule_status
from protection_dashboard.ui import cells
from protection_dashboard.ui import filters as ui_filters
from protection_dashboard.ui import memory_paging
from protection_dashboard.ui import request_user
from protection_dashboard.ui import views as ui_views
from protection_dashboard.ui.markup import format_html

INDEX = 'horizon:project:protection_schedules:index'
FORM = 'horizon:project:protection_plans:schedule'


class IndexView(memory_paging.InMemoryListView):
    """All schedules, or with ``?resource=type:id`` those of one resource."""

    table_class = tables.SchedulesTable
    template_name = 'protection/schedules/index.html'
    page_title = _("Schedules")
    home = INDEX
    filter_class = filters.ScheduleFilters
    csv = export.CSV_COLUMNS
    #: of the only resource of interest, '' when it is gone
    name = ''

    @cached_property
    def filter_form(self):
        # those of one resource are few
        form_class = (
            ui_filters.FilterForm if self.resource else self.filter_class
        )
        return form_class(self.request.GET)

    @cached_property
    def resource(self):
        """The ResourceRef of the only resource of interest, or None."""
        wanted = self.request.GET.get('resource')
        if not wanted:
            return None
        ref = ResourceRef.parse(wanted)
        if '/' in ref.id:
            raise exceptions.NotFound("There is no such resource.")
        return ref._replace(type=plugins.protectable(ref.type).slug)

    def all_rows(self, cloud):
        return filters.matching_schedules(self._every(cloud), self.chosen)

    def rows(self, cloud):
        shown = super().rows(cloud)
        return project_status.with_last_week(cloud, self.agenda, shown)

    def _every(self, cloud):
        if not self.resource:
            return self._known(project_status.status_of_project(cloud))
        told, errors = concurrency.gather(
            {
                'agenda': lambda: project_status.status_of_project(cloud),
                'resource': lambda: _resource_or_none(cloud, *self.resource),
            },
            {'resource': None},
        )
        self.report(*errors)
        return self._of_resource(self._known(told['agenda']), told['resource'])

    def _known(self, found):
        self.agenda = found
        self.report(*found.errors)
        return found.schedules

    def _of_resource(self, found, resource):
        slug, resource_id = self.resource
        self.name = resource.label if resource else ''
        self.get_table()._no_data_message = self._nothing()
        wanted = resource or Resource(resource_id, slug, '', '', '')
        return [one for one in found if one.covers(wanted)]

    def _nothing(self):
        """What stands in the empty list, with the way out of it."""
        text = gettext("No schedule protects this resource.")
        if not self.form_address:
            return text
        link = '{} <a class="ajax-modal" href="{}">{}</a>'
        return format_html(
            link, text, self.form_address, gettext("Schedule Backup")
        )

    @property
    def form_address(self):
        """The form for the resource; '' when it is gone or not allowed."""
        may = self.name and request_user.is_allowed(
            self.request, request_user.CHANGE_RULES
        )
        return urls.reverse(FORM, args=self.resource) if may else ''

    def facts(self):
        if not self.resource:
            return {}
        named = self.name or self.resource[1]
        return {
            'page_title': gettext("Schedules of %s") % named,
            'schedules_address': urls.reverse(INDEX),
            'form_address': self.form_address,
        }


def _resource_or_none(cloud, slug, resource_id):
    """The Resource, None when it is gone."""
    try:
        return plugins.protectable(slug).show(cloud, resource_id)
    except exceptions.NotFound:
        return None


class DetailView(
    form_views.PlanScheduleMixin, execution_views.ExecutionListView
):
    """One schedule: what was due, what became of it, and all its runs."""

    template_name = 'protection/schedules/detail.html'
    page_title = _("Schedule of {{ schedule.plan.name }}")
    home = INDEX

    def fetch(self, cloud, limit, marker, order):
        search = execution_search.schedule_search(self.schedule)
        return execution_search.search_page(
            cloud, search, limit, marker, order
        )

    def get_data(self):
        # outside of the list's own handling: no schedule is a 404
        return self.schedule and super().get_data()

    def facts(self):
        schedule = self.schedule
        table = tables.SchedulesTable(self.request)
        now = datetime.datetime.now(datetime.UTC)
        told = schedule.state != schedule_status.UNREADABLE
        shown = schedule.state in (schedule_status.ARMED, schedule_status.LATE)
        return {
            'schedule': schedule,
            'actions': table.render_row_actions(schedule),
            'url': urls.reverse(INDEX),
            'words': cells.schedule_text(schedule),
            'state': tables.state_cell(schedule),
            'keeps': _retention_text(schedule),
            'preview': shown
            and schedule_preview.of_schedule(schedule.schedule, now),
            'timeline': told and timeline.schedule_timeline(schedule, now),
        }


def _retention_text(schedule):
    """What becomes of its points, in words."""
    if schedule.retention is not None:
        return retention_fields.retention_text(schedule.retention)
    plan = schedule.plan.document.get('retention', {})
    return gettext("As the plan (%s)") % retention_fields.retention_text(plan)


class SchedulePreviewView(ui_views.FragmentView):
    """The next runs of what stands in a form now."""

    rules = request_user.CHANGE_RULES
    template_name = 'protection/forms/_schedule_preview.html'

    def get_context_data(self, **kwargs):
        now = datetime.datetime.now(datetime.UTC)
        return {
            'preview': schedule_preview.data_preview(self.request.GET, now)
        }
