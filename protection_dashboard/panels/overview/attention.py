# SPDX-License-Identifier: Apache-2.0
"""The list of what needs attention, the most urgent first."""

import dataclasses

from django import urls
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from protection_dashboard.coverage import freshness as coverage_freshness
from protection_dashboard.executions import records as execution_records
from protection_dashboard.panels.executions import tables as execution_tables
from protection_dashboard.panels.overview import freshness
from protection_dashboard.panels.overview import tables
from protection_dashboard.panels.schedules import rows as schedule_rows
from protection_dashboard.panels.schedules import tables as schedule_tables
from protection_dashboard.panels.shared import execution_cells
from protection_dashboard.panels.shared import point_rows
from protection_dashboard.schedules import expected_runs
from protection_dashboard.schedules import status as schedule_status
from protection_dashboard.ui import addresses
from protection_dashboard.ui import cells
from protection_dashboard.ui.markup import format_html

#: items that the Overview shows
MAX_ITEMS = 10


@dataclasses.dataclass(frozen=True)
class AttentionItem:
    """A line of the list.

    ``name`` is a link, ``state`` an icon and a word. ``rearm`` is the value
    that a button posts to the table of schedules, '' if there is no button.
    """

    name: str
    state: str
    explanation: str
    rearm: str = ''


def attention_items(planned, known):
    """The AttentionItems of a ProjectStatus and of NewestCopies."""
    return [
        *map(_unreadable_item, planned.unreadable),
        *_schedule_items(planned.schedules),
        *(
            _copy_item(one)
            for one in known
            if one.state in coverage_freshness.PROBLEM_STATES
        ),
        *_execution_items(planned.states),
        *map(_other_item, failures_that_stand(planned.other_runs)),
    ]


def _unreadable_item(plan):
    index = urls.reverse('horizon:project:protection_plans:index')
    return AttentionItem(
        name=_link(index, plan.name),
        state=cells.state_label('unreadable'),
        explanation=plan.reason,
    )


def _schedule_items(schedules):
    for one in schedules:
        if schedule_rows.is_trove_client_schedule(one):
            missed = expected_runs.last_run_if_missed(one.expected)
            if missed:
                yield _trove_client_item(one, missed)
        elif (
            one.state in (schedule_status.UNARMED, schedule_status.LATE)
            or one.reason
        ):
            yield _schedule_item(one)


def _schedule_item(schedule):
    key = schedule_rows.row_id(schedule)
    return AttentionItem(
        name=schedule_tables.name_cell(schedule),
        state=cells.state_label(schedule.state),
        explanation=schedule.reason.text(gettext) if schedule.reason else '',
        rearm=f'schedules__rearm__{key}' if schedule.can_rearm else '',
    )


def _trove_client_item(schedule, missed):
    return AttentionItem(
        name=schedule_tables.name_cell(schedule),
        state=cells.state_label('unarmed', gettext("Missed")),
        explanation=format_html(
            gettext("The run that was due {} did not start."),
            cells.relative_time(missed.due),
        ),
    )


def _copy_item(copy):
    return AttentionItem(
        name=tables.name_cell(copy),
        state=freshness.state_cell(copy),
        explanation=_copy_explanation(copy),
    )


def _copy_explanation(copy):
    if not copy.point:
        return gettext("It has no good copy, and the last run made none.")
    explanation = format_html(
        gettext("The last good copy was made {0}; a newer one was due {1}."),
        format_html(
            '<a href="{}">{}</a>',
            point_rows.point_address(copy.point),
            cells.relative_time(copy.point.created),
        ),
        cells.relative_time(copy.freshness.fresh_until),
    )
    if not copy.failures:
        return explanation
    since = ngettext("%d failure since.", "%d failures since.", copy.failures)
    return format_html('{} {}', explanation, since % copy.failures)


_STILL = {
    'fresh': _("Its copies are still fresh."),
    'stale': _("Its copies are stale."),
}


_LAST_RUN = {
    execution_records.ERROR: _("Last run failed"),
    execution_records.SKIPPED: _("Last run skipped"),
}


def _execution_items(states):
    """An item for each plan whose last run failed, was lost or skipped."""
    for one in states:
        run = one.last_run
        if run and run.state in _LAST_RUN:
            yield _execution_item(one, run)


def _execution_item(plan, run):
    page = urls.reverse(
        'horizon:project:protection_plans:detail', args=(plan.id,)
    )
    word = gettext("Last run lost") if run.is_lost else _LAST_RUN[run.state]
    return AttentionItem(
        name=_link(page, plan.name),
        state=_link(
            addresses.execution_page(run.id),
            cells.state_label(run.state, word),
        ),
        explanation=format_html(
            '{}: {} {}',
            cells.relative_time(run.started),
            run.reason,
            _STILL.get(plan.freshness.state, ''),
        ),
    )


def failures_that_stand(runs):
    """Those executions of no plan that failed, and nothing has mended since.

    ``runs`` are executions of the last weeks, the newest first. Failures of
    the last 7 days count. What repeats one and has ended stands in its
    place, and so does a newer one for the same thing.
    """
    seen, since = set(), timezone.now() - expected_runs.WEEK
    for run in runs:
        keys = {run.id, (run.purpose, run.name)}
        is_mended = keys & seen
        if run.state in execution_records.ATTEMPTED:
            seen |= {*keys, run.retry_of}
        if (
            run.state == execution_records.ERROR
            and run.started >= since
            and not is_mended
        ):
            yield run


def _other_item(run):
    page = addresses.execution_page(run.id)
    return AttentionItem(
        name=_link(page, execution_tables.execution_title(run)),
        state=cells.state_label(run.shown_state),
        explanation=format_html(
            '{}: {}',
            cells.relative_time(run.started),
            execution_cells.plain_reason(run),
        ),
    )


def _link(address, text):
    return format_html('<a href="{}">{}</a>', address, text)
