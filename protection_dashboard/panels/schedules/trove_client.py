# SPDX-License-Identifier: Apache-2.0
"""The pages of a schedule that the database client has made."""

import datetime

from django import urls
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from protection_dashboard.forms import form_preview
from protection_dashboard.forms import schedule_preview
from protection_dashboard.panels.executions import views as execution_views
from protection_dashboard.panels.schedules import forms
from protection_dashboard.panels.schedules import tables
from protection_dashboard.panels.schedules import timeline
from protection_dashboard.panels.schedules import trove_client_tables
from protection_dashboard.panels.shared import resource_facts
from protection_dashboard.plans import service as plan_service
from protection_dashboard.recurrence.cron import InvalidSchedule
from protection_dashboard.schedules import trove_client_conversion
from protection_dashboard.schedules import trove_client_executions
from protection_dashboard.schedules import trove_client_schedules
from protection_dashboard.ui import addresses
from protection_dashboard.ui import cells
from protection_dashboard.ui import request_user
from protection_dashboard.ui import views as ui_views
from protection_dashboard.ui.markup import format_html

INDEX = 'horizon:project:protection_schedules:index'
PREVIEW = 'horizon:project:protection_schedules:client_convert_preview'


class TroveScheduleMixin:
    """A view whose URL names a schedule by its cron trigger."""

    home = INDEX

    @cached_property
    def schedule(self):
        return trove_client_schedules.schedule_get(
            self.cloud, str(self.kwargs['trigger_id'])
        )

    @property
    def words(self):
        text = tables.pattern_text(self.schedule)
        return f"{text} ({self.schedule.zone})"


class DetailView(TroveScheduleMixin, execution_views.ExecutionListView):
    table_class = trove_client_tables.TroveExecutionsTable
    template_name = 'protection/schedules/client_detail.html'
    page_title = _("Schedule {{ schedule.name }}")

    def get_data(self):
        # before the list's own error handling: no such schedule is a 404
        return self.schedule and super().get_data()

    def fetch(self, cloud, limit, marker, order):
        found, errors = trove_client_executions.request_page(
            cloud, self.schedule, limit, marker, order
        )
        self.report(*errors)
        return found

    def facts(self):
        schedule, made = self.schedule, self.schedule.made
        table = tables.SchedulesTable(self.request)
        return {
            'schedule': schedule,
            'actions': table.render_row_actions(schedule),
            'url': urls.reverse(INDEX),
            'words': self.words,
            'database': _database_link(schedule),
            'created': cells.relative_time(made.created_at),
            'next_run': cells.coming_time(schedule.next_run),
            'preview': _next_runs(schedule),
            'timeline': timeline.schedule_timeline(schedule, timezone.now()),
        }


def _database_link(schedule):
    name = tables.resources_cell(schedule)
    slug = trove_client_schedules.TYPE
    address = addresses.resource_page(slug, schedule.made.instance)
    if schedule.instance_name is None or not address:
        return name
    return format_html('<a href="{}">{}</a>', address, name)


def _next_runs(schedule):
    """The next runs; None for a pattern that is more than plain cron."""
    try:
        return schedule_preview.preview_for_schedule(
            schedule.schedule, timezone.now()
        )
    except InvalidSchedule:
        return None


class DeleteTroveScheduleView(TroveScheduleMixin, ui_views.FormView):
    form_class = forms.DeleteTroveScheduleForm
    template_name = 'protection/schedules/client_delete.html'
    ajax_template_name = 'protection/schedules/_client_delete.html'
    page_title = _("Delete Schedule")
    submit_label = _("Delete Schedule")
    submit_class = 'btn-danger'
    success_url = urls.reverse_lazy(INDEX)

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), 'schedule': self.schedule}


class ConvertScheduleView(
    TroveScheduleMixin, form_preview.PreviewMixin, ui_views.FormView
):
    form_class = forms.ConvertScheduleForm
    template_name = 'protection/schedules/client_convert.html'
    ajax_template_name = 'protection/schedules/_client_convert.html'
    page_title = _("Convert into Plan")
    submit_label = _("Convert into Plan")
    success_url = urls.reverse_lazy(INDEX)
    preview_template = 'protection/forms/_kept.html'

    def preview_context(self, form):
        now = datetime.datetime.now(datetime.UTC)
        return form_preview.retention_preview_context(
            self.cloud, *form_preview.document_and_problems(form), now
        )

    def preview_address(self):
        return urls.reverse(PREVIEW, kwargs=self.kwargs)

    @cached_property
    def document(self):
        """The document of the plan that would be made."""
        name, minimum = self.schedule.name, request_user.minimum_interval()
        return trove_client_conversion.document_for_schedule(
            self.cloud, self.schedule, name, minimum
        )

    def get_form_kwargs(self):
        return {
            **super().get_form_kwargs(),
            'schedule': self.schedule,
            'document': self.document,
            'others': plan_service.plan_list(self.cloud),
        }

    def get_context_data(self, **kwargs):
        (entry,) = self.document['resources']
        return {
            **super().get_context_data(**kwargs),
            'entry': resource_facts.resource_facts(entry),
            'words': self.words,
        }


class ConvertSchedulePreviewView(
    form_preview.PreviewFragmentMixin, ConvertScheduleView
):
    """The preview of :class:`ConvertScheduleView`."""
