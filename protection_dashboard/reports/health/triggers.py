# SPDX-License-Identifier: Apache-2.0
"""Whether the triggers of schedules fire as early as their schedules are due.

One that was armed while Mistral's clock was fast waits for a later time.
"""

from collections.abc import Iterator
import datetime

from protection_dashboard.api.cloud import Cloud
from protection_dashboard.api.mistral import all_projects
from protection_dashboard.api.mistral.records import CronTrigger
from protection_dashboard.common import clock
from protection_dashboard.common.i18n import TranslatableText
from protection_dashboard.common.i18n import gettext_noop as _
from protection_dashboard.plans import document as plan_document
from protection_dashboard.recurrence.cron import InvalidSchedule
from protection_dashboard.recurrence.schedule import Schedule
from protection_dashboard.reports.health.check import OK
from protection_dashboard.reports.health.check import WARNING
from protection_dashboard.reports.health.check import Check
from protection_dashboard.reports.health.check import NamedCheck
from protection_dashboard.schedules import cron_triggers
from protection_dashboard.schedules import status as schedule_status

NAME = TranslatableText(_("Triggers of schedules"))
MAX_TRIGGERS = 5000
#: of so many triggers that seem to wait for too long the plans are read
_MAX_READ = 50


def check_triggers(cloud: Cloud) -> list[Check]:
    """Check that no trigger waits beyond what its schedule's next time is."""
    triggers = all_projects.cron_trigger_list(
        cloud, MAX_TRIGGERS, name=f'has:{cron_triggers.PREFIX}'
    )
    waiting = list(_waiting(cloud, triggers, clock.now()))
    if not waiting:
        return [
            Check(NAME, OK, TranslatableText(_("None waits for too long.")))
        ]
    first = min(clock.parse_utc(one.next_execution_time) for one in waiting)
    message = TranslatableText(
        _(
            "Triggers that fire later than their schedules are due: "
            "%(count)d, the first at %(time)s UTC."
        ),
        {'count': len(waiting), 'time': f'{first:%Y-%m-%d %H:%M}'},
    )
    advice = TranslatableText(
        _(
            "Mistral's clock was fast when they were armed: keep it by NTP, "
            "and let the projects choose Re-arm on the schedules."
        )
    )
    return [Check(NAME, WARNING, message, advice)]


def _waiting(
    cloud: Cloud, triggers: list[CronTrigger], now: datetime.datetime
) -> Iterator[CronTrigger]:
    """Those that wait for too long, by the schedules in their plans.

    By its pattern a trigger only seems to: a schedule may begin later.
    """
    seeming = {
        schedule_id: found[0]
        for schedule_id, found in cron_triggers.triggers_by_schedule(
            triggers
        ).items()
        if _seems_to_wait(found[0], now)
    }
    read = dict([*seeming.items()][:_MAX_READ])
    schedules = _schedules(cloud, read) if read else {}
    for schedule_id, trigger in read.items():
        schedule = schedules.get(schedule_id)
        if schedule and _waits(schedule, trigger, now):
            yield trigger


def _seems_to_wait(trigger: CronTrigger, now: datetime.datetime) -> bool:
    if not trigger.pattern:
        return False
    return _waits(Schedule('', trigger.pattern, 'UTC'), trigger, now)


def _waits(
    schedule: Schedule, trigger: CronTrigger, now: datetime.datetime
) -> bool:
    planned = clock.parse_utc(trigger.next_execution_time)
    try:
        return schedule_status.waits_too_long(schedule, planned, now)
    except InvalidSchedule:
        return False


def _schedules(
    cloud: Cloud, triggers: dict[str, CronTrigger]
) -> dict[str, Schedule]:
    """``{id: Schedule}`` of the plans that some triggers start."""
    names = {
        cron_triggers.started_workflow_name(trigger)
        for trigger in triggers.values()
    }
    found = all_projects.workflow_list(
        cloud, len(names), name=f'in:{",".join(sorted(names))}'
    )
    plans = filter(None, map(plan_document.plan_or_none, found))
    return {
        one.id: one
        for plan in plans
        for one in plan.schedules
        if not one.paused
    }


CHECKS: tuple[NamedCheck, ...] = (((NAME,), check_triggers),)
