# SPDX-License-Identifier: Apache-2.0
"""Project > Protection > Overview."""

from django import urls
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from protection_dashboard.panels.overview import attention
from protection_dashboard.panels.overview import calendar as overview_calendar
from protection_dashboard.panels.overview import filters
from protection_dashboard.panels.overview import freshness
from protection_dashboard.panels.overview import numbers
from protection_dashboard.panels.overview import tables
from protection_dashboard.panels.overview import upcoming
from protection_dashboard.reports import coverage_survey
from protection_dashboard.reports import execution_calendar
from protection_dashboard.reports import project_status
from protection_dashboard.schedules import expected_runs
from protection_dashboard.ui import cells
from protection_dashboard.ui import filters as ui_filters
from protection_dashboard.ui import memory_paging
from protection_dashboard.ui import request_user

_WEEK = expected_runs.WEEK


class IndexView(memory_paging.InMemoryListView):
    table_class = tables.UnprotectedTable
    page_title = _("Overview")
    template_name = 'protection/overview/index.html'
    filter_class = filters.ResourceFilters
    csv = (
        (_("Name"), lambda cover: cover.name),
        (_("Type"), lambda cover: cells.type_name(cover.resource.type)),
        (_("ID"), lambda cover: cover.resource.id),
        (_("Size (GiB)"), lambda cover: cover.resource.size),
        (_("Why"), lambda cover: cover.reason.text(gettext)),
    )
    #: number of rows of all pages
    count = 0

    @cached_property
    def found(self):
        """The CoverageSurvey; None if it could not be made."""
        found = self._loaded(_coverage_survey, None)
        if found:
            self.report(*found.errors)
        return found

    def all_rows(self, cloud):
        covers = self.found.unprotected if self.found else []
        chosen = filters.matching_resources(covers, self.chosen)
        return sorted(chosen, key=_urgency)

    def rows(self, cloud):
        found = list(self.all_rows(cloud))
        self.count = len(found)
        if self.found and not self.found.unprotected:
            self.get_table()._no_data_message = _good_news(self.found)
        return self.page_rows(found)

    def facts(self):
        facts = {'here': 'index', 'survey': self.found}
        if not self.found:
            return facts
        return {**facts, **self._survey_facts(self.found)}

    def _survey_facts(self, found):
        """Context: everything above the table."""
        known, errors = freshness.newest_copies_of(self.cloud, found)
        self.report(*errors)
        planned, today = found.status, timezone.localdate()
        calendar = execution_calendar.calendar_days(
            planned, request_user.time_zone_name()
        )
        items = attention.attention_items(planned, known)
        now = planned.window.now
        return {
            'notices': self.notices,
            'numbers': numbers.overview_numbers(found, known, calendar, today),
            'week_from': overview_calendar.first_known_date(planned, _WEEK),
            'has_begun': bool(
                planned.states
                or planned.client_schedules
                or planned.other_runs
            ),
            'protect_all': self._protect_all(),
            'items': items[: attention.MAX_ITEMS],
            'more_items': len(items) - attention.MAX_ITEMS,
            'may_change': request_user.is_allowed(
                self.request, request_user.CHANGE_RULES
            ),
            'upcoming': upcoming.upcoming_runs(planned.schedules, now),
            'calendar': overview_calendar.calendar_table(calendar, today),
            'known_from': overview_calendar.first_known_date(
                planned, project_status.LOOK_BACK
            ),
        }

    def _protect_all(self):
        """The number of all rows, and the URL that protects them all."""
        kept = ui_filters.query_without_paging(self.request).urlencode()
        address = urls.reverse(tables.PANEL + 'protect')
        return {'count': self.count, 'address': f'{address}?{kept}'}


def _coverage_survey(cloud):
    return coverage_survey.survey_project(
        cloud, project_status.status_for_overview
    )


def _urgency(cover):
    """Sort key: resources that a plan should protect come first."""
    return cover.plan is None, cover.name.lower()


def _good_news(found):
    if not found.covers:
        return gettext("There is nothing here that could be protected.")
    if found.errors:
        return gettext("Everything that could be read is protected.")
    if found.exempt:
        return gettext("Everything that needs protection is protected.")
    return gettext("Everything is protected.")
