# SPDX-License-Identifier: Apache-2.0
"""Project > Protection > Schedules."""

import datetime

from django import forms
from django import urls
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy
import horizon
from horizon import messages
from horizon import tables

from protection_dashboard import agenda
from protection_dashboard import operations
from protection_dashboard import plans
from protection_dashboard import tenant
from protection_dashboard.panels import base
from protection_dashboard.panels import cells
from protection_dashboard.panels import executions
from protection_dashboard.panels import previews

INDEX = 'horizon:project:protection_schedules:index'


class Panel(horizon.Panel):
    name = _("Schedules")
    slug = 'protection_schedules'
    urls = 'schedules'
    policy_rules = tenant.LOOK


def key(schedule):
    """A schedule's id in our tables: its plan's and its own."""
    return f'{schedule.plan.id}:{schedule.id}'


def find(cloud, obj_id):
    """The schedule of such an id; NotFound otherwise."""
    plan_id, _colon, schedule_id = obj_id.partition(':')
    return agenda.schedule(cloud, plan_id, schedule_id)


def address(schedule, view='detail'):
    return urls.reverse(
        f'horizon:project:protection_schedules:{view}',
        args=(schedule.plan.id, schedule.id),
    )


class RunNow(base.BatchAction):
    name = 'run'
    icon = 'play'

    @staticmethod
    def action_present(count):
        return ngettext_lazy("Run Now", "Run Now", count)

    @staticmethod
    def action_past(count):
        return ngettext_lazy("Started", "Started", count)

    def act(self, cloud, obj_id):
        schedule = find(cloud, obj_id)
        operations.plan_run(
            cloud, schedule.plan, schedule.id, schedule.trigger_id
        )


class DeleteSchedule(tables.LinkAction):
    name = 'delete'
    verbose_name = _("Delete Schedule")
    classes = ('ajax-modal',)
    icon = 'trash'
    action_type = 'danger'
    policy_rules = tenant.CHANGE

    def get_link_url(self, datum):
        return address(datum, 'delete')


class Table(base.Table):
    plan = base.TextColumn(
        lambda schedule: schedule.plan.name,
        verbose_name=_("Plan"),
        link=address,
    )
    resource = base.TextColumn(
        lambda schedule: cells.counted(schedule.plan.resources),
        verbose_name=_("Protects"),
    )
    words = tables.Column(cells.in_words, verbose_name=_("Schedule"))
    next_run = tables.Column(
        lambda schedule: cells.when(schedule.next_run),
        verbose_name=_("Next Run"),
    )
    last_run = tables.Column(
        lambda schedule: cells.last_run(schedule.last_run),
        verbose_name=_("Last Run"),
    )
    state = tables.Column(
        lambda schedule: cells.state(schedule.state), verbose_name=_("State")
    )

    def find(self, cloud, obj_id):
        return find(cloud, obj_id)

    def get_object_id(self, datum):
        return key(datum)

    def get_object_display(self, datum):
        return datum.plan.name

    class Meta:
        name = 'schedules'
        verbose_name = _("Schedules")
        row_actions = (RunNow, DeleteSchedule)
        multi_select = False
        no_data_message = _(
            "No schedules yet. Open Volumes and choose Schedule Backup in "
            "the row of a volume."
        )


class IndexView(base.ListView):
    table_class = Table
    page_title = _("Schedules")

    def rows(self, cloud):
        return agenda.schedules(cloud)


class ScheduleMixin:
    """The schedule that the address names."""

    @cached_property
    def schedule(self):
        return agenda.schedule(
            self.cloud,
            str(self.kwargs['plan_id']),
            str(self.kwargs['schedule_id']),
        )


class DetailView(ScheduleMixin, executions.IndexView):
    template_name = 'protection/schedule_detail.html'
    page_title = _("Schedule of {{ schedule.plan.name }}")
    home = INDEX

    def filters(self):
        if self.schedule.trigger_id:
            return {'description': f'has:{self.schedule.trigger_id}'}
        return {'workflow_name': plans.workflow_name(self.schedule.plan.id)}

    def get_data(self):
        # outside of the list's own handling: no schedule is a 404
        return self.schedule and super().get_data()

    def facts(self):
        schedule = self.schedule
        now = datetime.datetime.now(datetime.UTC)
        preview = schedule.trigger_id and previews.of_pattern(
            schedule.pattern, schedule.zone, schedule.utc_pattern, now
        )
        return {
            'schedule': schedule,
            'actions': Table(self.request).render_row_actions(schedule),
            'url': urls.reverse(INDEX),
            'words': cells.in_words(schedule),
            'state': cells.state(schedule.state),
            'preview': preview,
        }


class DeleteForm(base.Form):
    delete_plan = forms.BooleanField(
        label=_("Delete the plan as well"), required=False
    )

    def __init__(self, request, schedule, **kwargs):
        super().__init__(request, **kwargs)
        self.schedule = schedule
        if len(schedule.plan.schedules) > 1:
            del self.fields['delete_plan']
        else:
            self.fields['delete_plan'].initial = True

    def act(self, cloud, data):
        if data.get('delete_plan'):
            operations.plan_delete(cloud, self.schedule.plan)
        else:
            agenda.schedule_delete(cloud, self.schedule)
        messages.success(
            self.request,
            gettext("Deleted: schedule of %s") % self.schedule.plan.name,
        )
        return True


class DeleteView(ScheduleMixin, base.FormView):
    form_class = DeleteForm
    template_name = 'protection/schedule_delete.html'
    ajax_template_name = 'protection/_schedule_delete.html'
    page_title = _("Delete Schedule")
    submit_label = _("Delete Schedule")
    submit_class = 'btn-danger'
    success_url = urls.reverse_lazy(INDEX)

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), 'schedule': self.schedule}


class PreviewView(base.FragmentView):
    """The next runs of what stands in a form now."""

    rules = tenant.CHANGE
    template_name = 'protection/_preview.html'

    def get_context_data(self, **kwargs):
        now = datetime.datetime.now(datetime.UTC)
        return {'preview': previews.of_data(self.request.GET, now)}


_ONE = '<uuid:plan_id>/<uuid:schedule_id>/'
urlpatterns = [
    urls.path('', IndexView.as_view(), name='index'),
    urls.path('preview/', PreviewView.as_view(), name='preview'),
    urls.path(_ONE, DetailView.as_view(), name='detail'),
    urls.path(_ONE + 'delete/', DeleteView.as_view(), name='delete'),
]
