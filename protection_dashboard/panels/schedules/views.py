# SPDX-License-Identifier: Apache-2.0
"""Project > Protection > Schedules."""

import datetime

from django import urls
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from horizon.utils import http

from protection_dashboard import exceptions
from protection_dashboard import plugins
from protection_dashboard.common import concurrency
from protection_dashboard.common.references import ResourceRef
from protection_dashboard.executions import records as execution_records
from protection_dashboard.executions import search as execution_search
from protection_dashboard.forms import form_preview
from protection_dashboard.forms import retention_fields
from protection_dashboard.forms import schedule_preview
from protection_dashboard.panels.executions import views as execution_views
from protection_dashboard.panels.schedules import export
from protection_dashboard.panels.schedules import filters
from protection_dashboard.panels.schedules import forms
from protection_dashboard.panels.schedules import tables
from protection_dashboard.panels.schedules import timeline
from protection_dashboard.plans import service as plan_service
from protection_dashboard.protectables.base import Resource
from protection_dashboard.reports import project_status
from protection_dashboard.schedules import status as schedule_status
from protection_dashboard.ui import addresses
from protection_dashboard.ui import cells
from protection_dashboard.ui import filters as ui_filters
from protection_dashboard.ui import memory_paging
from protection_dashboard.ui import request_user
from protection_dashboard.ui import views as ui_views
from protection_dashboard.ui.markup import format_html

PANEL = 'horizon:project:protection_schedules:'
INDEX = PANEL + 'index'
FORM = 'horizon:project:protection_plans:schedule'


class PlanScheduleMixin:
    """A view whose URL names a schedule of a plan."""

    @cached_property
    def schedule(self):
        return project_status.get_schedule(
            self.cloud,
            str(self.kwargs['plan_id']),
            str(self.kwargs['schedule_id']),
        )


class ScheduleView(form_preview.PreviewMixin, ui_views.FormView):
    """A form about a schedule with a preview beside it."""

    template_name = 'protection/schedules/form.html'
    ajax_template_name = 'protection/schedules/_form.html'
    success_url = urls.reverse_lazy(INDEX)
    home = INDEX
    preview_view = ''

    def preview_address(self):
        return urls.reverse(PANEL + self.preview_view, kwargs=self.kwargs)

    def address(self, result):
        """The page on which the dialog was opened, else the list."""
        if not http.is_ajax(self.request):
            return self.success_url
        return addresses.referring_page(self.request, self.success_url)


class AddScheduleView(ScheduleView):
    form_class = forms.AddScheduleForm
    page_title = _("Add Schedule")
    submit_label = _("Add Schedule")
    preview_view = 'add_preview'

    @cached_property
    def others(self):
        return plan_service.plan_list(self.cloud)

    def get_form_kwargs(self):
        plan_id = str(self.kwargs['plan_id'])
        plan = next((p for p in self.others if p.id == plan_id), None)
        if plan is None:
            raise exceptions.NotFound("There is no such plan.")
        given = {'plan': plan, 'others': self.others}
        return {**super().get_form_kwargs(), **given}


class EditScheduleView(ScheduleView):
    form_class = forms.EditScheduleForm
    page_title = _("Edit Schedule")
    submit_label = _("Save")
    preview_view = 'edit_preview'

    @cached_property
    def found(self):
        ids = str(self.kwargs['plan_id']), str(self.kwargs['schedule_id'])
        found, _errors = concurrency.gather(
            {
                'schedule': lambda: project_status.get_schedule(
                    self.cloud, *ids
                ),
                'others': lambda: plan_service.plan_list(self.cloud),
            }
        )
        return found

    @property
    def trigger_id(self):
        return self.found['schedule'].trigger_id

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), **self.found}

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        return {
            **context,
            'running': getattr(self.found['schedule'], 'running', False),
        }


class AddSchedulePreviewView(
    form_preview.PreviewFragmentMixin, AddScheduleView
):
    """The preview of :class:`AddScheduleView`."""


class EditSchedulePreviewView(
    form_preview.PreviewFragmentMixin, EditScheduleView
):
    """The preview of :class:`EditScheduleView`."""


class DeleteScheduleView(PlanScheduleMixin, ui_views.FormView):
    form_class = forms.DeleteScheduleForm
    template_name = 'protection/schedules/delete.html'
    ajax_template_name = 'protection/schedules/_delete.html'
    page_title = _("Delete Schedule")
    submit_label = _("Delete Schedule")
    submit_class = 'btn-danger'
    success_url = urls.reverse_lazy(INDEX)

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), 'schedule': self.schedule}


class IndexView(memory_paging.InMemoryListView):
    """All schedules, or with ``?resource=type:id`` those of one resource."""

    table_class = tables.SchedulesTable
    template_name = 'protection/schedules/index.html'
    page_title = _("Schedules")
    home = INDEX
    filter_class = filters.ScheduleFilters
    csv = export.CSV_COLUMNS
    #: name of the resource that the list is limited to, '' if it is gone
    name = ''

    @cached_property
    def filter_form(self):
        # the schedules of one resource are few and need no filters
        form_class = (
            ui_filters.FilterForm if self.resource else self.filter_class
        )
        return form_class(self.request.GET)

    @cached_property
    def resource(self):
        """The ResourceRef of ``?resource=``, or None.

        Raises NotFound if there can be no such resource.
        """
        wanted = self.request.GET.get('resource')
        if not wanted:
            return None
        ref = ResourceRef.parse(wanted)
        if '/' in ref.id:
            raise exceptions.NotFound("There is no such resource.")
        return ref._replace(type=plugins.protectable(ref.type).slug)

    def all_rows(self, cloud):
        return filters.matching_schedules(
            self._all_schedules(cloud), self.chosen
        )

    def rows(self, cloud):
        shown = super().rows(cloud)
        return project_status.with_last_week(cloud, self.status, shown)

    def _all_schedules(self, cloud):
        if not self.resource:
            return self._schedules_of(project_status.status_of_project(cloud))
        loaded, errors = concurrency.gather(
            {
                'status': lambda: project_status.status_of_project(cloud),
                'resource': lambda: _resource_or_none(cloud, *self.resource),
            },
            {'resource': None},
        )
        self.report(*errors)
        found = self._schedules_of(loaded['status'])
        return self._of_resource(found, loaded['resource'])

    def _schedules_of(self, found):
        """The schedules of a ProjectStatus; reports what it lacks."""
        self.status = found
        self.report(*found.errors)
        return found.schedules

    def _of_resource(self, found, resource):
        """The schedules that cover the resource of the URL.

        ``resource`` is None if it is gone: then those that name its id.
        """
        slug, resource_id = self.resource
        self.name = resource.label if resource else ''
        self.get_table()._no_data_message = self._empty_message()
        wanted = resource or Resource(resource_id, slug, '', '', '')
        return [one for one in found if one.covers(wanted)]

    def _empty_message(self):
        """The text of the empty list, with a link to Schedule Backup."""
        text = gettext("No schedule protects this resource.")
        if not self.form_address:
            return text
        link = '{} <a class="ajax-modal" href="{}">{}</a>'
        return format_html(
            link, text, self.form_address, gettext("Schedule Backup")
        )

    @property
    def form_address(self):
        """The URL of Schedule Backup for the resource.

        '' if the resource is gone, or the policy does not allow it.
        """
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
    """The Resource, or None if it does not exist."""
    try:
        return plugins.protectable(slug).show(cloud, resource_id)
    except exceptions.NotFound:
        return None


class DetailView(PlanScheduleMixin, execution_views.ExecutionListView):
    """One schedule: its timeline, its next runs and all its executions."""

    template_name = 'protection/schedules/detail.html'
    page_title = _("Schedule of {{ schedule.plan.name }}")
    home = INDEX

    def fetch(self, cloud, limit, marker, order):
        search = execution_search.schedule_search(self.schedule)
        found = execution_search.search_page(
            cloud, search, limit, marker, order
        )
        names = {self.schedule.plan.id: self.schedule.plan.name}
        return [execution_records.with_plan_name(run, names) for run in found]

    def get_data(self):
        # before the list's own error handling: no such schedule is a 404
        return self.schedule and super().get_data()

    def facts(self):
        schedule = self.schedule
        table = tables.SchedulesTable(self.request)
        now = datetime.datetime.now(datetime.UTC)
        is_readable = schedule.state != schedule_status.UNREADABLE
        is_armed = schedule.state in (
            schedule_status.ARMED,
            schedule_status.LATE,
        )
        return {
            'schedule': schedule,
            'actions': table.render_row_actions(schedule),
            'url': urls.reverse(INDEX),
            'words': cells.schedule_text(schedule),
            'state': tables.state_cell(schedule),
            'retention': _retention_text(schedule),
            'preview': is_armed
            and schedule_preview.preview_for_schedule(
                schedule.schedule, now, schedule.plan.schedules
            ),
            'timeline': is_readable
            and timeline.schedule_timeline(schedule, now),
        }


def _retention_text(schedule):
    """The retention of its points, in words."""
    if schedule.retention is not None:
        return retention_fields.retention_text(schedule.retention)
    plan = schedule.plan.document.get('retention', {})
    return gettext("As the plan (%s)") % retention_fields.retention_text(plan)


class SchedulePreviewView(ui_views.FragmentView):
    """The next runs of the schedule that a form holds now."""

    rules = request_user.CHANGE_RULES
    template_name = 'protection/forms/_schedule_preview.html'

    def get_context_data(self, **kwargs):
        now = datetime.datetime.now(datetime.UTC)
        return {
            'preview': schedule_preview.data_preview(self.request.GET, now)
        }
