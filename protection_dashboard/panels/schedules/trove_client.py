# SPDX-License-Identifier: Apache-2.0
"""The pages of a schedule that the database client has made."""

import datetime

from django import urls
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from horizon import messages

from protection_dashboard.forms import form_preview
from protection_dashboard.forms import schedule_preview
from protection_dashboard.forms.limit_checks import add_limit_errors
from protection_dashboard.forms.option_fields import OptionsMixin
from protection_dashboard.forms.plan_name_field import PlanNameField
from protection_dashboard.forms.plan_name_field import unused_name
from protection_dashboard.forms.retention_fields import RetentionMixin
from protection_dashboard.panels.executions import views as execution_views
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
            'next_run': cells.relative_time(schedule.next_run),
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


class DeleteTroveScheduleForm(ui_views.ServiceForm):
    def __init__(self, request, schedule, **kwargs):
        super().__init__(request, **kwargs)
        self.schedule = schedule

    def act(self, cloud, data):
        trove_client_schedules.schedule_delete(cloud, self.schedule)
        messages.success(
            self.request, gettext("Deleted: schedule %s") % self.schedule.name
        )
        return True


class DeleteTroveScheduleView(TroveScheduleMixin, ui_views.FormView):
    form_class = DeleteTroveScheduleForm
    template_name = 'protection/schedules/client_delete.html'
    ajax_template_name = 'protection/schedules/_client_delete.html'
    page_title = _("Delete Schedule")
    submit_label = _("Delete Schedule")
    submit_class = 'btn-danger'
    success_url = urls.reverse_lazy(INDEX)

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), 'schedule': self.schedule}


class ConvertScheduleForm(RetentionMixin, OptionsMixin, ui_views.ServiceForm):
    """Asks for the name and the retention of the plan to make.

    ``document`` is the plan's, as far as the schedule determines it;
    ``others`` are all plans of the project.
    """

    plan_name = PlanNameField(label=_("Plan Name"))

    def __init__(self, request, schedule, document, others, **kwargs):
        super().__init__(request, **kwargs)
        self.schedule = schedule
        self.wanted, self.others = document, others
        names = [plan.name for plan in others]
        free = unused_name(document['name'], names)
        self.fields['plan_name'].initial = free
        self.fields['plan_name'].taken = {name.lower() for name in names}
        # such a schedule removes no backup: propose that if it is allowed
        self.prepare_retention(
            {} if request_user.operator_limits().keep_everything else None
        )
        self.order_fields(['plan_name', *RetentionMixin.base_fields])

    def clean(self):
        data = super().clean()
        retention = self.checked_retention(data)
        if not self.errors:
            changes = {'name': data['plan_name'], 'retention': retention}
            data['document'] = {**self.wanted, **changes}
            add_limit_errors(self, data['document'], self.others)
        return data

    def act(self, cloud, data):
        plan, error = trove_client_conversion.convert(
            cloud, self.schedule, data['document']
        )
        if error:
            messages.warning(
                self.request, _both_run_warning(plan, self.schedule, error)
            )
        else:
            text = gettext("Converted into a plan: %s") % plan.name
            messages.success(self.request, text)
        return plan


def _both_run_warning(plan, schedule, error):
    return gettext(
        "The plan %(plan)s is armed, but the schedule %(schedule)s of the "
        "database client could not be deleted (%(reason)s): both run now. "
        "Delete the old one."
    ) % {'plan': plan.name, 'schedule': schedule.name, 'reason': str(error)}


class ConvertScheduleView(
    TroveScheduleMixin, form_preview.PreviewMixin, ui_views.FormView
):
    form_class = ConvertScheduleForm
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
