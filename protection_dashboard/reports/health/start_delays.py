# SPDX-License-Identifier: Apache-2.0
"""How late the runs of schedules began on the last day, in all projects.

Mistral starts some runs a second, so many schedules of one minute begin late,
and after a downtime of its cron everything does.
"""

import collections
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Sequence
import dataclasses
import datetime
import math

from protection_dashboard.api.cloud import Cloud
from protection_dashboard.api.mistral import all_projects
from protection_dashboard.api.mistral.records import CronTrigger
from protection_dashboard.common import clock
from protection_dashboard.common import concurrency
from protection_dashboard.common.i18n import TranslatableText
from protection_dashboard.common.i18n import gettext_noop as _
from protection_dashboard.executions import log as execution_log
from protection_dashboard.executions import started_by
from protection_dashboard.reports.health.check import OK
from protection_dashboard.reports.health.check import WARNING
from protection_dashboard.reports.health.check import Check
from protection_dashboard.reports.health.check import NamedCheck
from protection_dashboard.schedules import cron_triggers
from protection_dashboard.schedules import expected_runs
from protection_dashboard.workflows import definitions

NAME = TranslatableText(_("Start of scheduled runs"))
MAX_TRIGGERS = 5000
#: pages of runs, the newest first
MAX_PAGES = 5
_DAY = datetime.timedelta(days=1)
_NOTHING = datetime.timedelta()


@dataclasses.dataclass(frozen=True)
class StartDelays:
    """How late some runs began: median, 95th percentile and worst.

    ``count`` is the number of the runs.
    """

    count: int
    median: datetime.timedelta
    p95: datetime.timedelta
    worst: datetime.timedelta

    @classmethod
    def of_delays(cls, delays: Iterable[datetime.timedelta]) -> 'StartDelays':
        """Those of at least one delay, each the smallest that suffices."""
        found = sorted(delays)
        return cls(
            len(found),
            found[math.ceil(len(found) * 0.5) - 1],
            found[math.ceil(len(found) * 0.95) - 1],
            found[-1],
        )


def start_delays(
    runs: Iterable[tuple[str, execution_log.LogEntry]],
    triggers: Iterable[CronTrigger],
    now: datetime.datetime,
) -> list[datetime.timedelta]:
    """How late each run of the last day began after it was due; at least 0.

    ``runs`` are ``(project id, run)``, the newest first, ``triggers`` the
    cron triggers of the schedules of all projects; ``now`` is aware. Only
    what the present trigger of a schedule has started counts: neither what
    people started nor what began before the schedule was changed.
    """
    known = collections.defaultdict(list)
    for project_id, run in runs:
        known[project_id, run.schedule_id].append(run)
    return [
        delay
        for key, trigger in _newest_triggers(triggers).items()
        if key in known
        for delay in _delays(trigger, known[key], now)
    ]


def _newest_triggers(
    triggers: Iterable[CronTrigger],
) -> dict[tuple[str, str], CronTrigger]:
    """``{(project id, schedule id): its newest trigger}``."""
    of_project = collections.defaultdict(list)
    for trigger in triggers:
        of_project[trigger.project_id].append(trigger)
    return {
        (project_id, schedule_id): found[0]
        for project_id, some in of_project.items()
        for schedule_id, found in cron_triggers.triggers_by_schedule(
            some
        ).items()
    }


def _delays(
    trigger: CronTrigger,
    runs: Sequence[execution_log.LogEntry],
    now: datetime.datetime,
) -> Iterator[datetime.timedelta]:
    """The delays of the runs that a trigger started on the last day."""
    schedule = cron_triggers.triggered_schedule(trigger)
    if schedule is None:
        return
    armed = clock.parse_utc(trigger.created_at)
    # one that began on the last day may have been due the day before
    window = expected_runs.RunWindow(now, now - 2 * _DAY)
    for one in expected_runs.expected_until_now(
        schedule, runs, window, armed=armed
    ):
        if one.run and one.due > armed and one.run.started > now - _DAY:
            # cron may be a little early
            yield max(_NOTHING, one.run.started - one.due)


def check_start_delays(cloud: Cloud) -> list[Check]:
    """Check that the runs of the last day began soon after they were due."""
    now = clock.now()
    found, _errors = concurrency.gather(
        {
            'triggers': lambda: all_projects.cron_trigger_list(
                cloud, MAX_TRIGGERS, name=f'has:{cron_triggers.PREFIX}'
            ),
            'runs': lambda: all_projects.execution_rows(
                cloud,
                MAX_PAGES,
                now - _DAY,
                tags=definitions.PLAN_TAG,
                description=started_by.SCHEDULE_FILTER,
            ),
        }
    )
    rows, _is_complete = found['runs']
    runs = [(row['project_id'], execution_log.log_entry(row)) for row in rows]
    return [delays_check(start_delays(runs, found['triggers'], now))]


def delays_check(delays: Sequence[datetime.timedelta]) -> Check:
    """The Check of the delays of some runs, a warning if many are long."""
    if not delays:
        message = TranslatableText(
            _("No schedule that is armed now started a run on the last day.")
        )
        return Check(NAME, OK, message)
    found = StartDelays.of_delays(delays)
    message = TranslatableText(
        _(
            "Runs of the last day looked at: %(count)d. Half of them began at "
            "most %(median)s after they were due, 95 %% at most %(p95)s, the "
            "last one %(worst)s."
        ),
        {
            'count': found.count,
            'median': _length(found.median),
            'p95': _length(found.p95),
            'worst': _length(found.worst),
        },
    )
    if found.p95 <= expected_runs.GRACE:
        return Check(NAME, OK, message)
    advice = TranslatableText(
        _(
            "Mistral's cron was stopped, or too much is due at the same "
            "minute: look whether mistral-server --server periodic runs, and "
            "let tenants spread their schedules (PROTECTION_SPREAD_MINUTES)."
        )
    )
    return Check(NAME, WARNING, message, advice)


def _length(delta: datetime.timedelta) -> TranslatableText:
    """A delay in seconds, from two minutes on in whole minutes."""
    seconds = round(delta.total_seconds())
    if seconds < 120:
        return TranslatableText(_("%(seconds)d s"), {'seconds': seconds})
    return TranslatableText(
        _("%(minutes)d min"), {'minutes': round(seconds / 60)}
    )


CHECKS: tuple[NamedCheck, ...] = (((NAME,), check_start_delays),)
