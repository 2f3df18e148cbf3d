# SPDX-License-Identifier: Apache-2.0
"""Cells of executions: outcome, reason and duration as text."""

from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from protection_dashboard.executions import failure_reasons
from protection_dashboard.executions import records as execution_records
from protection_dashboard.ui import cells

_COUNTS = (
    ('ok', _("%d ok")),
    ('failed', _("%d failed")),
    ('skipped', _("%d skipped")),
    ('removed', _("%d removed")),
)


def outcome_text(run):
    """Counts and a reason: '7 ok, 1 failed: quota exceeded for snapshots'.

    Of several failures the reason of the first one is given. What of the
    execution cannot be read stands at the end.
    """
    return ' '.join(filter(None, (_counts_and_reason(run), run.unreadable)))


def _counts_and_reason(run):
    counts = ', '.join(
        text % run.summary[name]
        for name, text in _COUNTS
        if run.summary.get(name)
    )
    why = plain_reason(run)
    if not counts or not why:
        return counts or capfirst(why)
    if run.summary.get('failed', 0) > 1:
        return gettext("%(counts)s, the first: %(why)s") % {
            'counts': counts,
            'why': why,
        }
    return f'{counts}: {why}'


def plain_reason(run):
    """Why it failed or was skipped, in one line, or ''."""
    if run.state != execution_records.ERROR:
        return run.reason
    return failure_reasons.execution_failure_reason(run.reason).words.text(
        gettext
    )


def duration_cell(run):
    """'4 min'; while it goes on '41 min, usually 4-6 min'."""
    taken = cells.duration_text(run.duration(timezone.now()))
    if not run.usual_duration:
        return taken
    return gettext("%(taken)s, usually %(usual)s") % {
        'taken': taken,
        'usual': _range_text(*run.usual_duration),
    }


def _range_text(low, high):
    """Two timedeltas as a range, such as '4-6 min'."""
    low, high = cells.duration_text(low), cells.duration_text(high)
    if low == high:
        return low
    number, _space, unit = low.partition(' ')
    if high.endswith(f' {unit}') and high.count(' ') == 1:
        low = number
    return f'{low}-{high}'
