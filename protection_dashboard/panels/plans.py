# SPDX-License-Identifier: Apache-2.0
"""Project > Protection > Plans, and the forms that make a plan."""

from django import urls
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy
import horizon
from horizon import tables

from protection_dashboard import agenda
from protection_dashboard import operations
from protection_dashboard import plugins
from protection_dashboard import tenant
from protection_dashboard.panels import base
from protection_dashboard.panels import cells
from protection_dashboard.panels import facts
from protection_dashboard.panels import plan_forms
from protection_dashboard.panels import protect

INDEX = 'horizon:project:protection_plans:index'


class Panel(horizon.Panel):
    name = _("Plans")
    slug = 'protection_plans'
    urls = 'plans'
    policy_rules = tenant.LOOK


class ProtectPlanNow(base.BatchAction):
    name = 'run'
    icon = 'shield'

    @staticmethod
    def action_present(count):
        return ngettext_lazy("Protect Now", "Protect Now", count)

    @staticmethod
    def action_past(count):
        return ngettext_lazy("Started", "Started", count)

    def act(self, cloud, obj_id):
        operations.plan_run(cloud, operations.plan_get(cloud, obj_id))


class ScheduleProject(tables.LinkAction):
    """A project has no row of its own anywhere."""

    name = 'project'
    verbose_name = _("Schedule Project Backup")
    classes = ('ajax-modal',)
    icon = 'clock'
    policy_rules = tenant.CHANGE

    def allowed(self, request, plan=None):
        return bool(plugins.for_type('project')) and tenant.may(
            request, self.policy_rules
        )

    def get_link_url(self, plan=None):
        project = self.table.request.user.project_id
        return urls.reverse(
            'horizon:project:protection_plans:schedule',
            args=('project', project),
        )


class DeletePlan(tables.LinkAction):
    name = 'delete'
    verbose_name = _("Delete Plan")
    url = 'horizon:project:protection_plans:delete'
    classes = ('ajax-modal',)
    icon = 'trash'
    action_type = 'danger'
    policy_rules = tenant.CHANGE


def schedules_of(state):
    """The schedules of a plan, one below the other."""
    return cells.lines(map(cells.in_words, state.schedules))


class Table(base.Table):
    name = base.TextColumn(
        'name',
        verbose_name=_("Plan"),
        link='horizon:project:protection_plans:detail',
    )
    protects = base.TextColumn(
        lambda state: cells.counted(state.plan.resources),
        verbose_name=_("Protects"),
    )
    schedules = tables.Column(
        schedules_of,
        verbose_name=_("Schedules"),
        empty_value=_("No schedule"),
    )
    last_run = tables.Column(
        lambda state: cells.last_run(state.last_run),
        verbose_name=_("Last Run"),
    )
    next_run = tables.Column(
        lambda state: cells.when(state.next_run), verbose_name=_("Next Run")
    )

    def find(self, cloud, obj_id):
        return agenda.plan_state(cloud, obj_id)

    class Meta:
        name = 'plans'
        verbose_name = _("Plans")
        row_actions = (ProtectPlanNow, DeletePlan)
        table_actions = (ScheduleProject,)
        multi_select = False
        no_data_message = _(
            "No plans yet. Choose Schedule Backup in the row of a database, "
            "a server, a share or a volume."
        )


class IndexView(base.ListView):
    table_class = Table
    page_title = _("Plans")

    def rows(self, cloud):
        return agenda.plan_states(cloud)


class DetailView(base.DetailView):
    template_name = 'protection/plan.html'
    page_title = '{{ state.name }}'

    def get_context_data(self, **kwargs):
        state = agenda.plan_state(self.cloud, str(kwargs['plan_id']))
        context = super().get_context_data(**kwargs)
        return {
            **context,
            'state': state,
            'actions': Table(self.request).render_row_actions(state),
            'url': urls.reverse(INDEX),
            'last_run': cells.last_run(state.last_run),
            'next_run': cells.when(state.next_run),
            'resources': [facts.of_entry(e) for e in state.plan.resources],
            'schedules': [facts.of_schedule(s) for s in state.schedules],
        }


class DeleteView(base.FormView):
    form_class = plan_forms.DeletePlanForm
    template_name = 'protection/plan_delete.html'
    ajax_template_name = 'protection/_plan_delete.html'
    page_title = _("Delete Plan")
    submit_label = _("Delete Plan")
    submit_class = 'btn-danger'
    success_url = urls.reverse_lazy(INDEX)

    def get_form_kwargs(self):
        plan = operations.plan_get(self.cloud, str(self.kwargs['plan_id']))
        return {**super().get_form_kwargs(), 'plan': plan}


urlpatterns = [
    urls.path('', IndexView.as_view(), name='index'),
    urls.path('<uuid:plan_id>/', DetailView.as_view(), name='detail'),
    urls.path('<uuid:plan_id>/delete/', DeleteView.as_view(), name='delete'),
    urls.path(
        'schedule/<slug:type>/<str:resource_id>/',
        protect.ScheduleView.as_view(),
        name='schedule',
    ),
    urls.path(
        'protect/<slug:type>/<str:resource_id>/',
        protect.ProtectView.as_view(),
        name='protect',
    ),
]
