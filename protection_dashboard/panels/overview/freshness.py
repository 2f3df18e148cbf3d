# SPDX-License-Identifier: Apache-2.0
"""The list of protected resources with the freshness of their copies."""

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from horizon import tables

from protection_dashboard.coverage import freshness
from protection_dashboard.panels.overview import filters
from protection_dashboard.panels.overview import tables as overview_tables
from protection_dashboard.panels.shared import point_rows
from protection_dashboard.recovery_points import newest as newest_points
from protection_dashboard.reports import coverage_survey
from protection_dashboard.ui import addresses
from protection_dashboard.ui import cells
from protection_dashboard.ui import filters as ui_filters
from protection_dashboard.ui import memory_paging
from protection_dashboard.ui import tables as ui_tables
from protection_dashboard.ui.markup import format_html
from protection_dashboard.ui.markup import format_html_join

#: state of a NewestCopy -> (icon, Bootstrap's colour, word)
STATES = {
    'overdue': ('times-circle', 'danger', _("No good copy")),
    'stale': ('exclamation-triangle', 'danger', _("Stale")),
    'unknown': ('question-circle', 'muted', _("Unknown")),
    'never': ('hourglass-start', 'muted', _("No copy yet")),
    'idle': ('check-circle', 'info', _("No promise")),
    'fresh': ('check-circle', 'success', _("Fresh")),
}


def newest_copies_of(cloud, found):
    """``([NewestCopy], errors)`` of what a CoverageSurvey found protected."""
    wanted = {one.source for one in found.protected}
    seen = newest_points.newest_good_points(cloud, wanted, found.methods)
    return freshness.newest_copies_of(
        found.protected, found.status, seen
    ), seen.errors


def state_cell(copy):
    return cells.icon_label(*STATES[copy.state])


def last_copy_cell(copy):
    """The age of the newest good point, as a link to it."""
    if not copy.point:
        return cells.NONE
    return format_html(
        '<a href="{}">{}</a>',
        point_rows.point_address(copy.point),
        cells.relative_time(copy.point.created),
    )


def rpo_deadline_cell(copy):
    """Until when the newest good copy is within the RPO."""
    return cells.relative_time(copy.freshness.fresh_until)


def failures_cell(copy):
    if not copy.failures:
        return cells.NONE
    text = ngettext("%d failed", "%d failed", copy.failures)
    return text % copy.failures


def plans_cell(copy):
    """Links to the plans that protect it."""
    found = [
        (
            addresses.page('horizon:project:protection_plans:detail', plan.id),
            plan.name,
        )
        for plan in copy.cover.plans.values()
    ]
    if not found:
        return gettext("Made with the database client")
    return format_html_join(', ', '<a href="{}">{}</a>', found)


class FreshnessTable(memory_paging.InMemoryTable):
    name = ui_tables.WrappingColumn(
        overview_tables.name_cell, verbose_name=_("Name")
    )
    kind = tables.Column(overview_tables.type_cell, verbose_name=_("Type"))
    state = tables.Column(state_cell, verbose_name=_("Freshness"))
    last_copy = tables.Column(last_copy_cell, verbose_name=_("Last Good Copy"))
    until = tables.Column(rpo_deadline_cell, verbose_name=_("Promised Until"))
    failures = tables.Column(failures_cell, verbose_name=_("Since Then"))
    plans = ui_tables.WrappingColumn(
        plans_cell, verbose_name=_("Protected By")
    )

    def get_object_id(self, copy):
        return copy.key

    class Meta:
        name = 'freshness'
        verbose_name = _("Freshness")
        multi_select = False
        no_data_message = _(
            "Nothing is protected yet: the Overview lists what could be."
        )


class FreshnessFilters(filters.ResourceFilters):
    state = ui_filters.FilterChoiceField(
        label=_("Freshness"),
        choices=[(state, shown[2]) for state, shown in STATES.items()],
    )
    plan = forms.CharField(label=_("Plan contains"), required=False)


class FreshnessView(memory_paging.InMemoryListView):
    table_class = FreshnessTable
    page_title = _("Freshness")
    template_name = 'protection/overview/list.html'
    filter_class = FreshnessFilters
    csv = (
        (_("Name"), lambda copy: copy.name),
        (_("Type"), lambda copy: cells.type_name(copy.resource.type)),
        (_("ID"), lambda copy: copy.resource.id),
        (_("Freshness"), lambda copy: STATES[copy.state][2]),
        (_("Last Good Copy"), lambda copy: copy.point and copy.point.created),
        (_("Promised Until"), lambda copy: copy.freshness.fresh_until),
        (_("Failed Since"), lambda copy: copy.failures),
        (
            _("Plans"),
            lambda copy: ', '.join(
                plan.name for plan in copy.cover.plans.values()
            ),
        ),
    )

    def all_rows(self, cloud):
        found = coverage_survey.survey_project(cloud)
        self.report(*found.errors)
        known, errors = newest_copies_of(cloud, found)
        self.report(*errors)
        return matching_copies(known, self.chosen)

    def facts(self):
        return {'here': 'freshness'}


def matching_copies(known, chosen):
    """The NewestCopies that match the chosen filters."""
    state, plan = chosen.get('state'), chosen.get('plan', '').lower()
    return [
        one
        for one in filters.matching_resources(known, chosen)
        if state in (None, one.state) and _has_plan_named(one, plan)
    ]


def _has_plan_named(copy, part):
    names = [plan.name.lower() for plan in copy.cover.plans.values()]
    return not part or any(part in name for name in names)
