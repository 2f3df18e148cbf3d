# SPDX-License-Identifier: Apache-2.0
"""The list of the next runs: of 24 hours, and of the rest of the week."""

import datetime

from django.utils import formats
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import ngettext

from protection_dashboard.panels.schedules import rows as schedule_rows
from protection_dashboard.schedules import upcoming
from protection_dashboard.ui import cells

_DAY = datetime.timedelta(days=1)
_WEEK = datetime.timedelta(days=7)
#: lines of each list
MAX_RUNS = 10


def upcoming_runs(schedules, now):
    """The context of ``_upcoming.html``: ``{'day', 'week'}``."""
    day = upcoming.upcoming_runs(schedules, now, _DAY)
    week = upcoming.upcoming_runs(schedules, now + _DAY, _WEEK - _DAY)
    return {'day': _run_list(day), 'week': _run_list(week)}


def _run_list(found):
    return {
        'lines': [_run_line(one) for one in found[:MAX_RUNS]],
        'more': max(0, len(found) - MAX_RUNS),
    }


def _run_line(coming):
    local = timezone.localtime(coming.starts)
    return {
        'at': formats.date_format(local, 'D H:i'),
        'when': cells.relative_time(coming.starts),
        'name': coming.name,
        'address': schedule_rows.schedule_address(coming.schedule),
        'protects': _resources_text(coming.schedule),
        'more': _rules_text(coming.more),
    }


def _resources_text(schedule):
    """The resources of a schedule; those of rules are found when it runs."""
    if schedule_rows.is_trove_client_schedule(schedule):
        return gettext("1 database")
    if schedule.plan.rules:
        return gettext("resources chosen by rule")
    count = len(schedule.plan.resources)
    return ngettext("%d resource", "%d resources", count) % count


def _rules_text(count):
    if not count:
        return ''
    return ngettext("then %d more", "then %d more", count) % count
