# SPDX-License-Identifier: Apache-2.0
"""The status of a schedule: whether it will run, and if not, why.

Mistral says nothing when it cannot start what a trigger is to start, as when
the trust's owner has lost the role: the trigger only moves on to its next
time. Only the runs that are missing (:mod:`.expected_runs`) tell of it.
"""

from collections.abc import Sequence
import dataclasses
import datetime
import typing

from protection_dashboard.api.mistral.records import CronTrigger
from protection_dashboard.common import clock
from protection_dashboard.common.i18n import TranslatableText
from protection_dashboard.common.i18n import gettext_noop as _
from protection_dashboard.executions import duration as execution_duration
from protection_dashboard.executions import log as execution_log
from protection_dashboard.executions import records as execution_records
from protection_dashboard.plans import changes as plan_changes
from protection_dashboard.plans import document as plan_document
from protection_dashboard.plans import schema as plan_schema
from protection_dashboard.plans import selection
from protection_dashboard.protectables.base import Resource
from protection_dashboard.recurrence import gate_pattern
from protection_dashboard.recurrence import occurrences
from protection_dashboard.recurrence import timezones
from protection_dashboard.recurrence.schedule import RetentionDocument
from protection_dashboard.recurrence.schedule import Schedule
from protection_dashboard.schedules import cron_triggers
from protection_dashboard.schedules import expected_runs
from protection_dashboard.schedules import validation

ARMED = 'armed'
PAUSED = 'paused'
ENDED = 'ended'
LATE = 'late'
UNARMED = 'unarmed'
UNREADABLE = 'unreadable'

GRACE = expected_runs.GRACE


@dataclasses.dataclass(frozen=True)
class ScheduleStatus(expected_runs.WithExpectedRuns):
    """A schedule of a plan beside the cron trigger that starts its runs.

    ``state`` is 'armed', 'paused', 'ended', 'late' (cron does not run, or
    its trigger waits for too long), 'unarmed' (nothing will start it) or
    'unreadable' (nobody can tell when it is due); ``reason`` says why, None
    if there is nothing to say. ``by`` is the user under whose trust it runs,
    empty if that is unknown.
    ``next_run`` is when it is due next, None if nothing will start it.
    ``utc_pattern`` is the pattern of its trigger; with a ``gate`` that fires
    at other times as well. ``armed`` is since when it has a trigger, None if
    unknown or if it has none; ``expected`` are its ExpectedRuns until now, the
    newest first, and nothing is known of those before ``known_from`` (None:
    all are known). All times are aware.
    """

    plan: plan_document.Plan
    schedule: Schedule
    state: str = UNARMED
    reason: TranslatableText | None = None
    by: str = ''
    utc_pattern: str = ''
    gate: bool = False
    trigger_id: str = ''
    next_run: datetime.datetime | None = None
    last_run: execution_records.Execution | execution_log.LogEntry | None = (
        None
    )
    armed: datetime.datetime | None = None
    expected: tuple[expected_runs.ExpectedRun, ...] = ()
    known_from: datetime.datetime | None = None

    @property
    def id(self) -> str:
        return self.schedule.id

    @property
    def name(self) -> str:
        """The name of its plan."""
        return self.plan.name

    @property
    def pattern(self) -> str:
        return self.schedule.pattern

    @property
    def zone(self) -> str:
        return self.schedule.zone

    @property
    def first(self) -> datetime.datetime | None:
        """Nothing runs before this moment, or None."""
        return self._moment('first')

    @property
    def end(self) -> datetime.datetime | None:
        """Nothing runs after this moment, or None."""
        return self._moment('end')

    def _moment(self, part: str) -> datetime.datetime | None:
        if self.state == UNREADABLE:
            return None
        return gate_pattern.limit_moment(self.schedule, part)

    @property
    def can_rearm(self) -> bool:
        """Whether a new trigger would mend what the reason tells of."""
        return (
            (self._can_be_rearmed or self.change_of_others is not None)
            and (self.state in (ARMED, UNARMED) or self._waits_too_long)
            and not self.schedule.paused
            and not validation.first_problem(self.schedule)
        )

    @property
    def _can_be_rearmed(self) -> bool:
        """Whether it has a reason, and a new trigger would mend that."""
        reason = self.reason
        if isinstance(reason, TranslatableText):
            return reason.message != _FOREIGN
        return bool(reason)

    @property
    def change_of_others(self) -> plan_changes.Change | None:
        """What somebody else has changed since it was armed, or None."""
        if not self.by or self.armed is None or not self.trigger_id:
            return None
        return plan_changes.change_of_others(
            self.plan.changes, self.by, self.armed
        )

    @property
    def note(self) -> TranslatableText | None:
        """Whose changes it runs as whom, or None."""
        change = self.change_of_others
        if change is None or self.state == UNREADABLE:
            return None
        return TranslatableText(
            _CHANGED,
            {
                'owner': self.by,
                'person': change.by,
                'time': _local_text(change.at, self.schedule),
            },
        )

    @property
    def _waits_too_long(self) -> bool:
        reason = self.reason
        return (
            isinstance(reason, TranslatableText)
            and reason.message == _TOO_LATE
        )

    @property
    def retention(self) -> RetentionDocument | None:
        """The retention of its own points, None: that of the plan."""
        return self.schedule.retention

    @property
    def running(self) -> bool:
        """Whether its last run still goes on, under its trigger's trust."""
        last = self.last_run
        return last is not None and not last.ended and not last.by

    def covers(self, resource: Resource) -> bool:
        """Whether it protects a resource."""
        return selection.covers(self.plan.document, resource)


def status_of_schedule(
    plan: plan_document.Plan,
    schedule: Schedule,
    triggers: Sequence[CronTrigger],
    runs: Sequence[execution_log.LogEntry],
    window: expected_runs.RunWindow,
    forgotten: datetime.datetime | None = None,
) -> ScheduleStatus:
    """The ScheduleStatus of a schedule.

    ``triggers`` are its cron triggers, ``runs`` those of its plan, as far as
    ``window`` says they are known; both the newest first. ``forgotten`` is
    when (aware) the newest of its runs made a copy that Mistral no longer
    has, None if there is no such copy: what was due until then is not said to
    be missed.
    """
    window = window.known_after(forgotten)
    own = [run for run in runs if run.schedule_id == schedule.id]
    armed = _armed(schedule, triggers, own)
    expected: list[expected_runs.ExpectedRun] = []
    if validation.unreadable_parts(schedule):
        state, reason = UNREADABLE, _to_edit(schedule)
    else:
        expected = expected_runs.expected_until_now(
            schedule, own, window, armed=armed, longest=_longest(plan, runs)
        )
        state, reason = state_and_reason(
            schedule, triggers, expected, window.now
        )
    return ScheduleStatus(
        plan,
        schedule,
        state,
        reason or _why_foreign(plan),
        last_run=own[0] if own else None,
        armed=armed,
        expected=tuple(expected),
        known_from=window.known_from,
        **_of_trigger(triggers, schedule, state, window),
    )


def _why_foreign(plan: plan_document.Plan) -> TranslatableText | None:
    return TranslatableText(_FOREIGN) if plan.is_foreign else None


def _of_trigger(
    triggers: Sequence[CronTrigger],
    schedule: Schedule,
    state: str,
    window: expected_runs.RunWindow,
) -> dict[str, typing.Any]:
    """The fields of a ScheduleStatus that its newest cron trigger tells."""
    if not triggers:
        return {}
    trigger = triggers[0]
    return {
        'by': cron_triggers.armed_by(trigger),
        'utc_pattern': trigger.pattern,
        'gate': cron_triggers.is_gated(trigger),
        'trigger_id': trigger.id,
        'next_run': _next_run(schedule, trigger, state, window.now),
    }


def status_with_more_runs(
    status: ScheduleStatus,
    runs: Sequence[execution_log.LogEntry],
    window: expected_runs.RunWindow,
    forgotten: datetime.datetime | None = None,
) -> ScheduleStatus:
    """The status with what runs of its plan tell that were read later.

    ``forgotten`` is that of ``status_of_schedule``.
    """
    if status.state == UNREADABLE:
        return status
    window = window.known_after(forgotten)
    own = [run for run in runs if run.schedule_id == status.id]
    expected = expected_runs.expected_until_now(
        status.schedule,
        own,
        window,
        armed=status.armed,
        longest=_longest(status.plan, runs),
    )
    facts: dict[str, typing.Any] = {
        'expected': tuple(expected),
        'known_from': window.known_from,
    }
    if own:
        facts['last_run'] = own[0]
    last = expected_runs.last_run_if_missed(expected)
    if last and status.state == ARMED:
        reason = _missed(last.due, status.schedule, status.by)
        facts |= {'state': UNARMED, 'reason': reason, 'next_run': None}
    return dataclasses.replace(status, **facts)


def _armed(
    schedule: Schedule,
    triggers: Sequence[CronTrigger],
    runs: Sequence[execution_log.LogEntry],
) -> datetime.datetime | None:
    """Since when it has a trigger, or had one: at its last run by cron.

    None when it never ran, or when it is paused.
    """
    if triggers:
        return cron_triggers.armed_since(triggers)
    last = next((run for run in runs if not run.by), None)
    return last.started if last and not schedule.paused else None


def _longest(
    plan: plan_document.Plan, runs: Sequence[execution_log.LogEntry]
) -> datetime.timedelta | None:
    """How long a run may take; None where none is going on."""
    if all(run.ended for run in runs):
        return None
    hours = plan.document.get('time_limit', plan_schema.DEFAULT_TIME_LIMIT)
    return expected_runs.longest_duration(
        execution_duration.median_duration(runs), hours
    )


def _next_run(
    schedule: Schedule,
    trigger: CronTrigger,
    state: str,
    now: datetime.datetime,
) -> datetime.datetime | None:
    if state not in (ARMED, LATE):
        return None
    planned = clock.parse_utc(trigger.next_execution_time)
    if cron_triggers.is_gated(trigger) and planned >= now - GRACE:
        # the gate fires at other times as well, but not before its trigger
        since = max(now, planned - occurrences.EARLY)
        return occurrences.next_occurrence(schedule, since)
    return planned


def state_and_reason(
    schedule: Schedule,
    triggers: Sequence[CronTrigger],
    expected: Sequence[expected_runs.ExpectedRun],
    now: datetime.datetime,
) -> tuple[str, TranslatableText | None]:
    """``(state, reason)`` of a schedule, as in ScheduleStatus.

    ``triggers`` are its cron triggers and ``expected`` its ExpectedRuns until
    ``now`` (aware), both the newest first.
    """
    has_end = schedule.end is not None
    if has_end and occurrences.next_occurrence(schedule, now) is None:
        return ENDED, None
    if schedule.paused:
        if triggers:
            return ARMED, TranslatableText(_STILL_ARMED)
        return PAUSED, _to_edit(schedule)
    if not triggers:
        return UNARMED, TranslatableText(_GONE)
    planned = clock.parse_utc(triggers[0].next_execution_time)
    if planned < now - GRACE:
        return LATE, TranslatableText(
            _NO_CRON, {'time': _local_text(planned, schedule)}
        )
    if waits_too_long(schedule, planned, now):
        return LATE, TranslatableText(
            _TOO_LATE, {'time': _local_text(planned, schedule)}
        )
    last = expected_runs.last_run_if_missed(expected)
    if last:
        by = cron_triggers.armed_by(triggers[0])
        return UNARMED, _missed(last.due, schedule, by)
    if len(triggers) > 1:
        return ARMED, TranslatableText(_TWICE)
    return ARMED, _to_edit(schedule)


def waits_too_long(
    schedule: Schedule, planned: datetime.datetime, now: datetime.datetime
) -> bool:
    """Whether a trigger that fires next at ``planned`` misses an occurrence.

    As one that was armed while Mistral's clock was fast. Cron fires a little
    early and clocks differ a little, so what is due within GRACE of ``now``
    may have begun already. Both times are aware; InvalidSchedule when the
    schedule's first or end cannot be read.
    """
    due = occurrences.next_occurrence(schedule, now + GRACE)
    return due is not None and planned > due + GRACE


def _to_edit(schedule: Schedule) -> TranslatableText | None:
    """Why a schedule has to be edited, or None."""
    why = validation.first_problem(schedule)
    return why and TranslatableText(
        _("%(why)s Choose Edit Schedule."), {'why': why}
    )


def _missed(
    due: datetime.datetime, schedule: Schedule, by: str
) -> TranslatableText:
    """That the run of ``due`` did not start, under the trust of ``by``."""
    return TranslatableText(
        _MISSED,
        {
            'time': _local_text(due, schedule),
            'person': by or TranslatableText(_("the person who armed it")),
        },
    )


def _local_text(moment: datetime.datetime, schedule: Schedule) -> str:
    """An aware moment in the schedule's zone, which it names."""
    local = moment.astimezone(timezones.zone_by_name(schedule.zone))
    return f'{local:%Y-%m-%d %H:%M} ({schedule.zone})'


_STILL_ARMED = _(
    "It is to be paused, but a trigger still starts it: choose Pause again."
)
_GONE = _("Its cron trigger is gone, so nothing starts it: choose Re-arm.")
_NO_CRON = _(
    "It should have started at %(time)s: Mistral's cron does not run. Ask "
    "your administrator."
)
_TOO_LATE = _(
    "Its trigger will not fire before %(time)s, though it is due earlier: "
    "Mistral's clock was fast when it was armed. Choose Re-arm."
)
_MISSED = _(
    "The run of %(time)s did not start: %(person)s, under whose trust it "
    "runs, may have lost the role in this project. Choose Re-arm."
)
_FOREIGN = _(
    "Its plan's workflow was changed outside of Horizon, or by a newer "
    "version of Horizon: what it does may not be what stands here. Look at "
    "the plan, then choose Edit Plan and save it."
)
_CHANGED = _(
    "It runs with the roles of %(owner)s what %(person)s has changed since, "
    "at %(time)s. Choose Re-arm to run it with yours."
)
_TWICE = _("Two triggers start it, so it runs twice: choose Re-arm.")
