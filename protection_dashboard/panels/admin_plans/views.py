# SPDX-License-Identifier: Apache-2.0
"""Admin > Protection > Plans: plans of all projects, the worst first."""

from django.utils.http import urlencode
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from horizon import tables

from protection_dashboard.panels.admin_executions import (
    tables as admin_execution_tables,
)
from protection_dashboard.panels.plans import tables as plan_tables
from protection_dashboard.panels.shared import unreadable_plans
from protection_dashboard.reports import all_plans
from protection_dashboard.reports import project_names
from protection_dashboard.reports import project_status
from protection_dashboard.ui import addresses
from protection_dashboard.ui import cells
from protection_dashboard.ui import filters as ui_filters
from protection_dashboard.ui import memory_paging
from protection_dashboard.ui import request_user
from protection_dashboard.ui import tables as ui_tables
from protection_dashboard.ui.markup import format_html

#: what is said of a plan -> (state of cells.STATES with its icon, words)
HEALTH = {
    'unreadable': ('unreadable', _("Cannot be read")),
    'unarmed': ('unarmed', _("A schedule will not run")),
    'stale': ('ERROR', _("Stale")),
    'never': ('late', _("No good run yet")),
    'failing': ('late', _("Fresh, but failing since")),
    'missed': ('late', _("Fresh, but a run was missed")),
    'unknown': ('IDLE', _("Unknown")),
    'new': ('armed', _("First run to come")),
    'idle': ('paused', _("Runs by hand only")),
    'fresh': ('SUCCESS', _("Fresh")),
}


class Filters(ui_filters.Filters):
    project = ui_filters.OfferField(label=_("Project"))
    health = ui_filters.ChoiceField(
        label=_("Health"),
        choices=[(word, text) for word, (_icon, text) in HEALTH.items()],
    )


def runs_address(entry):
    """The history of a plan's runs."""
    wanted = {'project': entry.project_id, 'plan': entry.state.id}
    address = addresses.of(admin_execution_tables.INDEX)
    return f'{address}?{urlencode(wanted)}'


#: what the reasons of schedules explain
_TOLD = (all_plans.UNREADABLE, all_plans.UNARMED)


def health(entry):
    """Icon and words, and why a schedule does not run."""
    icon, words = HEALTH[entry.health]
    reasons = {
        schedule.reason.text(gettext)
        for schedule in entry.state.schedules
        if schedule.reason and entry.health in _TOLD
    }
    return cells.lines([cells.state(icon, words), *sorted(reasons)])


def last_run(entry):
    run = entry.state.last_run
    if run is None:
        return gettext("None known")
    address = addresses.of(admin_execution_tables.DETAIL, run.id)
    linked = format_html(
        '<a href="{}">{}</a>&ensp;{}',
        address,
        cells.state(run.state),
        cells.when(run.started),
    )
    return cells.lines(filter(None, [linked, run.reason]))


_known = unreadable_plans.readable


class Table(unreadable_plans.TableMixin, memory_paging.Table):
    #: projects.Names
    names = project_names.Names()

    project = admin_execution_tables.Project(
        'project', verbose_name=_("Project")
    )
    person = ui_tables.TextColumn(
        _known(admin_execution_tables.owner), verbose_name=_("Owner")
    )
    name = ui_tables.TextColumn(
        'name', verbose_name=_("Plan"), link=_known(runs_address)
    )
    health = ui_tables.TextColumn(
        _known(health, unreadable_plans.cell), verbose_name=_("Health")
    )
    schedules = ui_tables.TextColumn(
        _known(
            lambda entry: plan_tables.schedules_of(entry.state),
            lambda _row: cells.NONE,
        ),
        verbose_name=_("Schedules"),
        empty_value=_("No schedule"),
    )
    last_run = ui_tables.TextColumn(
        _known(last_run), verbose_name=_("Last Run")
    )
    next_run = tables.Column(
        _known(lambda entry: cells.when(entry.state.next_run)),
        verbose_name=_("Next Run"),
    )
    missed = tables.Column(
        _known(lambda entry: entry.week.missed),
        verbose_name=_("Missed in 7 Days"),
    )

    def get_object_display(self, row):
        """With whose it is: the question before it is deleted says so."""
        return _("%(plan)s (project %(project)s)") % {
            'plan': row.name,
            'project': self.names[row.project_id],
        }

    class Meta:
        name = 'fleet'
        verbose_name = _("Plans")
        row_actions = (unreadable_plans.DeleteOfAnyProject,)
        multi_select = False
        no_data_message = _("No project has a plan.")


class IndexView(memory_paging.ListView):
    rules = request_user.ADMIN
    home = admin_execution_tables.HOME
    table_class = Table
    template_name = 'protection/admin_plans/index.html'
    page_title = _("Plans")
    filter_class = Filters
    names = project_names.Names()
    #: sentences about what was not looked at
    notes = ()

    @property
    def csv(self):
        return _csv(self)

    def every(self, cloud):
        found = all_plans.of(cloud)
        self.names = self.get_table().names = found.names
        self.report(*found.errors)
        self.notes = list(_bounds(found))
        wanted = self.chosen
        return [
            entry
            for entry in [*found.unreadable, *found.entries]
            if wanted.get('project') in (None, entry.project_id)
            and wanted.get('health') in (None, entry.health)
        ]

    def offers(self, cloud):
        return {'project': self.names.choices}

    def facts(self):
        return {'notes': self.notes}


def _bounds(found):
    """Sentences about what was not looked at."""
    known_from = found.look.known_from
    if found.cut:
        yield gettext("There are more plans than the %d that stand here.") % (
            all_plans.MOST_PLANS
        )
    if known_from and known_from > found.look.now - project_status.BACK:
        yield gettext("Executions before %s are not known.") % (
            cells.local(known_from)
        )


def _csv(view):
    return (
        (_("Project"), lambda entry: view.names[entry.project_id]),
        (_("Project ID"), lambda entry: entry.project_id),
        (_("Owner"), _known(lambda entry: entry.person)),
        (_("Plan"), lambda entry: entry.name),
        (_("Plan ID"), lambda entry: entry.id.partition(':')[2]),
        (_("Health"), lambda entry: entry.health),
        (_("Schedules"), _known(_in_words)),
        (_("Last Run"), _known(_of_last(lambda run: run.started))),
        (_("State"), _known(_of_last(lambda run: run.state))),
        (
            _("Reason"),
            _known(_of_last(lambda run: run.reason), lambda row: row.reason),
        ),
        (_("Next Run"), _known(lambda entry: entry.state.next_run)),
        (_("Missed in 7 Days"), _known(lambda entry: entry.week.missed)),
    )


def _in_words(entry):
    return '; '.join(map(cells.in_words, entry.state.schedules))


def _of_last(fact):
    return lambda entry: entry.state.last_run and fact(entry.state.last_run)
