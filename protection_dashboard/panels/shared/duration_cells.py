# SPDX-License-Identifier: Apache-2.0
"""How long a run takes, beside what is usual."""

from django.utils import timezone
from django.utils.translation import gettext

from protection_dashboard.ui import cells


def of(run):
    """'4 min', or '41 min, usually 4-6 min' while it goes on."""
    taken = cells.duration(run.duration(timezone.now()))
    if not run.usual:
        return taken
    return gettext("%(taken)s, usually %(usual)s") % {
        'taken': taken,
        'usual': _span(*run.usual),
    }


def _span(low, high):
    """'4-6 min'."""
    low, high = cells.duration(low), cells.duration(high)
    if low == high:
        return low
    number, _space, unit = low.partition(' ')
    if high.endswith(f' {unit}') and high.count(' ') == 1:
        low = number
    return f'{low}-{high}'
