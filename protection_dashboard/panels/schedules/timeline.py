# SPDX-License-Identifier: Apache-2.0
"""The timeline of a schedule: each time it was due, and its run then."""

import dataclasses

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from protection_dashboard.panels.schedules.rows import is_trove_client_schedule
from protection_dashboard.ui import addresses
from protection_dashboard.ui import cells

MAX_LINES = 20
#: status of an ExpectedRun -> (icon, Bootstrap's colour, word)
_STATUS = {
    'ok': ('check-circle', 'success', _("Ran")),
    'late': (cells.CLOCK, 'warning', _("Ran late")),
    'failed': ('times-circle', 'danger', _("Failed")),
    'skipped': ('forward', 'warning', _("Skipped")),
    'cancelled': ('ban', 'warning', _("Cancelled")),
    'running': ('spinner fa-spin', 'info', _("Running")),
    'long': ('hourglass-end', 'warning', _("Running longer than usual")),
    'missed': ('exclamation-triangle', 'danger', _("Missed")),
    'waiting': ('hourglass-start', 'info', _("Due now")),
}


@dataclasses.dataclass(frozen=True)
class Timeline:
    """The times at which a schedule was due, for a template.

    ``lines`` are the newest, ``more`` is how many older ones are known.
    ``unknown`` says since when executions are known, '' if that is since the
    schedule exists. ``summary`` counts the runs of the last 7 days.
    """

    lines: list
    more: int
    unknown: str
    summary: str


def schedule_timeline(schedule, now):
    """The Timeline of a ScheduleStatus or TroveScheduleStatus."""
    found = schedule.expected
    return Timeline(
        lines=[
            _occurrence_line(
                one, is_linked=not is_trove_client_schedule(schedule)
            )
            for one in found[:MAX_LINES]
        ],
        more=max(0, len(found) - MAX_LINES),
        unknown=_unknown_note(schedule),
        summary=week_text(schedule.counts_of_week(now)),
    )


def _occurrence_line(one, *, is_linked):
    run = one.run
    return {
        'due': cells.local_time(one.due),
        'state': occurrence_label(one),
        'began': run and cells.local_time(run.started),
        'run': is_linked and run and addresses.execution_page(run.id),
        'reason': run.reason if run else '',
    }


def occurrence_label(one):
    """The status of an ExpectedRun: an icon and a word."""
    return cells.icon_label(*_STATUS[one.status])


def _unknown_note(schedule):
    known, armed = schedule.known_from, schedule.armed
    if known is None or (armed and armed >= known):
        return ''
    text = gettext(
        "Unknown before %s: Mistral has no older executions, or "
        "too many of them."
    )
    return text % cells.local_time(known)


#: field of RunCounts -> its words
_PROBLEMS = {
    'failed': _("%d failed"),
    'lost': _("%d lost (among the failed)"),
    'skipped': _("%d skipped"),
    'missed': _("%d missed"),
}


def week_text(counts):
    """RunCounts as '6 of 7, 1 missed'; '-' when nothing was due."""
    if not counts.expected:
        return cells.NONE
    ran = gettext("%(ran)d of %(expected)d")
    parts = [ran % {'ran': counts.ran, 'expected': counts.expected}]
    for field, text in _PROBLEMS.items():
        count = getattr(counts, field)
        if count:
            parts.append(str(text) % count)
    return ', '.join(parts)
