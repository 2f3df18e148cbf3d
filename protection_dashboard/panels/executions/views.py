# SPDX-License-Identifier: Apache-2.0
"""Project > Protection > Executions."""

import dataclasses
from urllib.parse import urlencode

from django import urls
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from protection_dashboard.executions import cancellation
from protection_dashboard.executions import duration as execution_duration
from protection_dashboard.executions import retry as execution_retry
from protection_dashboard.executions import service as execution_service
from protection_dashboard.panels.executions import actions
from protection_dashboard.panels.executions import filters
from protection_dashboard.panels.executions import outcomes
from protection_dashboard.panels.executions import tables
from protection_dashboard.panels.shared import execution_cells
from protection_dashboard.ui import addresses
from protection_dashboard.ui import cells
from protection_dashboard.ui import request_user
from protection_dashboard.ui import views as ui_views


class ExecutionListView(ui_views.ListView):
    """A paged list of the executions that :meth:`fetch` returns."""

    table_class = tables.ExecutionsTable
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
        """At most ``limit`` executions: a page and one more."""
        raise NotImplementedError


class IndexView(ExecutionListView):
    """All executions of the project, or those that match the filters."""

    filter_class = filters.ExecutionFilters
    csv = tables.CSV_COLUMNS

    @cached_property
    def scope(self):
        return filters.FilteredExecutions(self.cloud, self.chosen)

    def fetch(self, cloud, limit, marker, order):
        found, errors = self.scope.page(limit, marker, order)
        self.report(*errors)
        self.found = execution_duration.with_usual_durations(cloud, found)
        return self.found

    def all_rows(self, cloud):
        return self.scope.all()

    def offers(self, cloud):
        return self.scope.offers(getattr(self, 'found', ()))


class DetailView(ui_views.DetailView):
    template_name = 'protection/executions/detail.html'
    page_title = '{{ title }}'
    home = actions.INDEX
    part = 'horizon:project:protection_executions:part'
    #: whether the user is in the execution's project, whose points they see
    finds_points = True

    @cached_property
    def run(self):
        run = execution_service.execution_details(
            self.cloud, str(self.kwargs['run_id'])
        )
        (run,) = execution_duration.with_usual_durations(self.cloud, [run])
        run = tables.with_present_name(self.cloud, run)
        ended = cancellation.current_results(
            self.cloud, run, finds_points=self.finds_points
        )
        return dataclasses.replace(run, results=ended)

    def get_context_data(self, **kwargs):
        run = self.run
        table = tables.ExecutionsTable(self.request)
        causes = outcomes.failure_causes(run)
        return {
            **super().get_context_data(**kwargs),
            'title': tables.execution_title(run),
            'actions': table.render_row_actions(run),
            'url': urls.reverse(actions.INDEX),
            'run': run,
            'state': cells.state_label(run.shown_state),
            'reason': _reason(run, causes),
            'started_by': tables.started_by_cell(run),
            'started': cells.relative_time(run.started),
            'duration': execution_cells.duration_cell(run),
            'plan_address': run.plan_id
            and urls.reverse(
                'horizon:project:protection_plans:detail', args=(run.plan_id,)
            ),
            'original': run.retry_of
            and addresses.execution_page(run.retry_of),
            'retries': self._retries(),
            'heading': outcomes.result_heading(run),
            'groups': outcomes.outcome_groups(run),
            'counted': outcomes.state_counts(run),
            'causes': causes,
            'progress': outcomes.progress(run),
            'removals': outcomes.removal_lines(run),
            'messages_sent': outcomes.message_lines(run),
            'raw': outcomes.raw_error(run),
            'refresh': self._refresh(),
        }

    def _refresh(self):
        """The URL of the changing part of the page, for this user."""
        address = urls.reverse(self.part, args=(self.run.id,))
        shown = urlencode(
            {
                request_user.IDENTITY_PARAMETER: request_user.identity(
                    self.request
                )
            }
        )
        return f'{address}?{shown}'

    def _retries(self):
        """The executions that retried this one."""
        if not execution_retry.can_be_retried(self.run):
            return []
        return [
            {
                'address': addresses.execution_page(run.id),
                'started': cells.relative_time(run.started),
                'state': cells.state_label(run.shown_state),
            }
            for run in execution_retry.retries_of_execution(
                self.cloud, self.run.id
            )
        ]


def _reason(run, causes):
    """Why a run failed, unless ``causes`` say it; all that is known of a loss.

    A list has room for a few words only.
    """
    if run.is_lost:
        return run.reason
    return '' if causes else execution_cells.plain_reason(run)


class ExecutionFragmentView(DetailView):
    """The part of the page that is fetched again while the run goes on."""

    template_name = 'protection/executions/_detail.html'
