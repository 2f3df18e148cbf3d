# SPDX-License-Identifier: Apache-2.0
"""What became of each time at which a schedule was due."""

import dataclasses

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from protection_dashboard.panels.schedules.rows import is_clients
from protection_dashboard.ui import addresses
from protection_dashboard.ui import cells

MOST = 20
_EXECUTION = 'horizon:project:protection_executions:detail'
#: status of an Expected -> (icon, Bootstrap's colour, word)
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
    """``lines`` are the newest, ``more`` how many older ones are known.

    ``unknown`` is a text about what is not known, or empty.
    """

    lines: list
    more: int
    unknown: str
    summary: str


def of(schedule, now):
    """The Timeline of a schedule."""
    found = schedule.expected
    return Timeline(
        lines=[
            _line(one, is_linked=not is_clients(schedule))
            for one in found[:MOST]
        ],
        more=max(0, len(found) - MOST),
        unknown=_unknown(schedule),
        summary=week(schedule.week(now)),
    )


def _line(one, *, is_linked):
    run = one.run
    return {
        'due': cells.local(one.due),
        'state': status(one),
        'began': run and cells.local(run.started),
        'run': is_linked and run and addresses.of(_EXECUTION, run.id),
        'reason': run.reason if run else '',
    }


def status(one):
    """The status of an Expected: an icon and a word."""
    return cells.marked(*_STATUS[one.status])


def _unknown(schedule):
    known, armed = schedule.known_from, schedule.armed
    if known is None or (armed and armed >= known):
        return ''
    text = gettext(
        "Unknown before %s: Mistral has no older executions, or "
        "too many of them."
    )
    return text % cells.local(known)


def week(told):
    """'6 of 7, 1 missed', of a Week; '-' when nothing was due."""
    if not told.expected:
        return cells.NONE
    parts = [
        gettext("%(ran)d of %(expected)d")
        % {'ran': told.ran, 'expected': told.expected}
    ]
    if told.failed:
        parts.append(
            ngettext("%d failed", "%d failed", told.failed) % told.failed
        )
    if told.missed:
        parts.append(
            ngettext("%d missed", "%d missed", told.missed) % told.missed
        )
    return ', '.join(parts)
