# SPDX-License-Identifier: Apache-2.0
"""Project > Protection > Executions."""

from django import urls
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy
import horizon
from horizon import tables

from protection_dashboard import history
from protection_dashboard import operations
from protection_dashboard import plans
from protection_dashboard import tenant
from protection_dashboard.panels import base
from protection_dashboard.panels import cells
from protection_dashboard.panels import notification_test
from protection_dashboard.panels import outcomes

INDEX = 'horizon:project:protection_executions:index'
KINDS = {
    'plan': _("%s"),
    'once': _("Protect %s"),
    'restore': _("Restore %s"),
    'delete': _("Delete %s"),
    'notify': _("Test message of %s"),
}


class Panel(horizon.Panel):
    name = _("Executions")
    slug = 'protection_executions'
    urls = 'executions'
    policy_rules = tenant.LOOK


def title(run):
    """What a run was for: the plan's name, or the operation and on what."""
    # somebody else's workflow may carry our tag, too
    text = KINDS.get(run.kind, KINDS['plan'])
    return text % (run.name or gettext("(unnamed)"))


def _address(run):
    """The run's page; somebody else's run has none."""
    return run.kind and urls.reverse(
        'horizon:project:protection_executions:detail', args=(run.id,)
    )


def started_by(run):
    """The schedule, as a link, or the person."""
    if not (run.plan_id and run.schedule_id) or run.by:
        return run.by or gettext("unknown")
    address = urls.reverse(
        'horizon:project:protection_schedules:detail',
        args=(run.plan_id, run.schedule_id),
    )
    return format_html('<a href="{}">{}</a>', address, gettext("Schedule"))


def duration(run):
    return cells.duration(run.duration(timezone.now()))


class Details(tables.LinkAction):
    name = 'details'
    verbose_name = _("Details")
    url = 'horizon:project:protection_executions:detail'
    icon = 'eye'

    def allowed(self, request, run=None):
        return request.path == urls.reverse(INDEX) and bool(run.kind)


class Cancel(base.BatchAction):
    name = 'cancel'
    icon = 'ban'
    action_type = 'danger'
    help_text = _(
        "What has not started yet will not start; what a service has begun "
        "goes on."
    )

    @staticmethod
    def action_present(count):
        return ngettext_lazy("Cancel Execution", "Cancel Executions", count)

    @staticmethod
    def action_past(count):
        return ngettext_lazy(
            "Cancelled Execution", "Cancelled Executions", count
        )

    def allowed(self, request, run=None):
        return run is None or run.ended is None

    def act(self, cloud, obj_id):
        operations.run_cancel(cloud, operations.run_get(cloud, obj_id))


class Delete(base.DeleteAction):
    help_text = _("Only the record goes; recovery points stay.")

    @staticmethod
    def action_present(count):
        return ngettext_lazy("Delete Execution", "Delete Executions", count)

    @staticmethod
    def action_past(count):
        return ngettext_lazy("Deleted Execution", "Deleted Executions", count)

    def allowed(self, request, run=None):
        return run is None or run.ended is not None

    def act(self, cloud, obj_id):
        operations.run_delete(cloud, operations.run_get(cloud, obj_id))


class Table(base.Table):
    STATUSES = tuple((state, state != 'ERROR') for state in history.FINAL)

    title = base.TextColumn(
        title,
        verbose_name=_("Execution"),
        link=_address,
    )
    started_by = tables.Column(started_by, verbose_name=_("Started By"))
    started = tables.Column(
        lambda run: cells.when(run.started), verbose_name=_("Started")
    )
    duration = tables.Column(duration, verbose_name=_("Duration"))
    state = tables.Column(
        'state',
        verbose_name=_("State"),
        status=True,
        status_choices=STATUSES,
        display_choices=(),
        filters=(cells.state,),
    )
    reason = base.TextColumn('reason', verbose_name=_("Reason"))

    def find(self, cloud, obj_id):
        return operations.run_get(cloud, obj_id)

    def get_object_display(self, run):
        return title(run)

    class Meta:
        name = 'executions'
        verbose_name = _("Executions")
        status_columns = ['state']
        row_class = base.Row
        row_actions = (Details, Cancel, Delete)
        table_actions = (Delete,)
        no_data_message = _(
            "Nothing has run yet. A schedule runs by itself; Protect Now in "
            "the row of a plan or a volume runs at once."
        )


class IndexView(base.ListView):
    table_class = Table
    page_title = _("Executions")

    def rows(self, cloud):
        marker, order = self._get_marker()
        found = self.fetch(cloud, base.PAGE + 1, marker, order)
        more = len(found) > base.PAGE
        backwards = order == 'asc'
        self._has_more_data = more or backwards
        self._has_prev_data = more if backwards else bool(marker)
        found = found[: base.PAGE]
        return found[::-1] if backwards else found

    def fetch(self, cloud, limit, marker, order):
        """Rows of one page and the first of the next."""
        return operations.run_page(
            cloud, limit, marker, order, **self.filters()
        )

    def filters(self):
        """What Mistral filters the list by."""
        plan = self.request.GET.get('plan')
        if plan:
            return {'workflow_name': plans.workflow_name(plan)}
        return {'tags': plans.TAG}


class DetailView(base.DetailView):
    template_name = 'protection/execution.html'
    page_title = '{{ title }}'

    def get_context_data(self, **kwargs):
        run = operations.run_details(self.cloud, str(kwargs['run_id']))
        return {
            **super().get_context_data(**kwargs),
            'title': title(run),
            'actions': Table(self.request).render_row_actions(run),
            'url': urls.reverse(INDEX),
            'run': run,
            'state': cells.state(run.state),
            'started_by': started_by(run),
            'started': cells.when(run.started),
            'duration': duration(run),
            'plan_address': run.plan_id
            and urls.reverse(
                'horizon:project:protection_plans:detail', args=(run.plan_id,)
            ),
            'heading': outcomes.heading(run),
            'outcomes': outcomes.of(run),
            'counted': outcomes.counted(run),
            'progress': outcomes.progress(run),
            'removals': outcomes.removals(run),
            'messages_sent': outcomes.messages(run),
            'raw': outcomes.raw(run),
        }


class FragmentView(DetailView):
    """The changing part of the page, fetched again while the run goes on."""

    template_name = 'protection/_execution.html'


urlpatterns = [
    *notification_test.urlpatterns,
    urls.path('', IndexView.as_view(), name='index'),
    urls.path('<uuid:run_id>/', DetailView.as_view(), name='detail'),
    urls.path('<uuid:run_id>/part/', FragmentView.as_view(), name='part'),
]
