# SPDX-License-Identifier: Apache-2.0
"""Project > Protection > Executions."""

from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from protection_dashboard.executions import duration as execution_duration
from protection_dashboard.executions import search as execution_search
from protection_dashboard.panels.executions import actions
from protection_dashboard.panels.executions import filters
from protection_dashboard.panels.executions import tables
from protection_dashboard.ui import views as ui_views

INDEX = actions.INDEX
Delete = actions.DeleteExecution
Table = tables.ExecutionsTable


class IndexView(ui_views.ListView):
    """Runs page by page, those of :meth:`fetch`."""

    table_class = Table
    page_title = _("Executions")

    def rows(self, cloud):
        marker, order = self._get_marker()
        found = self.fetch(cloud, ui_views.PAGE_SIZE + 1, marker, order)
        more = len(found) > ui_views.PAGE_SIZE
        backwards = order == 'asc'
        self._has_more_data = more or backwards
        self._has_prev_data = more if backwards else bool(marker)
        found = found[: ui_views.PAGE_SIZE]
        return found[::-1] if backwards else found

    def fetch(self, cloud, limit, marker, order):
        """Rows of one page and the first of the next."""
        raise NotImplementedError


class SearchView(IndexView):
    """All runs, or those that the filters ask for."""

    filter_class = filters.ExecutionFilters
    csv = tables.CSV_COLUMNS

    @cached_property
    def scope(self):
        return filters.FilteredExecutions(self.cloud, self.chosen)

    def fetch(self, cloud, limit, marker, order):
        found, errors = self.scope.page(limit, marker, order)
        self.report(*errors)
        self.found = execution_duration.told(cloud, found)
        return self.found

    def every(self, cloud):
        return execution_search.every(cloud, self.scope.search)

    def offers(self, cloud):
        return self.scope.offers(getattr(self, 'found', ()))
