# SPDX-License-Identifier: Apache-2.0
"""How a schedule stands: whether it will run, and if not, why.

Mistral says nothing when it cannot start what a trigger is to start, as
when the trust's owner has lost the role: the trigger only moves on. What is
due and never ran tells of it.
"""

import dataclasses
import datetime

from protection_dashboard import arming
from protection_dashboard import history
from protection_dashboard import plans
from protection_dashboard import selectors
from protection_dashboard import times
from protection_dashboard import zones
from protection_dashboard.words import Words
from protection_dashboard.words import gettext_noop as _

ARMED = 'armed'
PAUSED = 'paused'
ENDED = 'ended'
LATE = 'late'
UNARMED = 'unarmed'

#: how late a run may start, and how old one may be that is missed
GRACE = datetime.timedelta(minutes=5)
OLDEST = datetime.timedelta(days=35)
_MINUTE = datetime.timedelta(minutes=1)


@dataclasses.dataclass(frozen=True)
class Schedule:
    """A schedule's wish beside the cron trigger that makes it come true.

    ``state`` is 'armed', 'paused', 'ended', 'late' (cron does not run) or
    'unarmed' (nothing will start it), ``reason`` its Words or None. ``by``
    is the user under whose trust it runs, empty if that is unknown.
    ``next_run`` is when it is due next, None if nothing will start it.
    ``utc_pattern`` is what Mistral counts by; with a ``gate`` it fires at
    other times as well. ``last_run`` is a Run or None.
    """

    plan: plans.Plan
    wish: dict
    state: str = UNARMED
    reason: Words | None = None
    by: str = ''
    utc_pattern: str = ''
    gate: bool = False
    trigger_id: str = ''
    next_run: datetime.datetime | None = None
    last_run: history.Run | None = None

    @property
    def id(self):
        return self.wish['id']

    @property
    def name(self):
        return self.plan.name

    @property
    def pattern(self):
        return self.wish['pattern']

    @property
    def zone(self):
        return self.wish['zone']

    @property
    def first(self):
        """Nothing runs before this moment, or None."""
        return arming.local(self.wish, 'first')

    @property
    def end(self):
        """Nothing runs after this moment, or None."""
        return arming.local(self.wish, 'end')

    @property
    def retention(self):
        """The rule of its own points, or None."""
        return self.wish.get('retention')

    @property
    def running(self):
        """Whether its last run still goes on, under its trigger's trust."""
        last = self.last_run
        return bool(last) and not last.ended and not last.by

    def covers(self, resource):
        """Whether it protects a Resource."""
        return selectors.covers(self.plan.document, resource)


def schedule(plan, wish, triggers, last_run, known_from, now):
    """The Schedule of a wish; the arguments are those of :func:`of`."""
    state, reason = of(wish, triggers, last_run, known_from, now)
    known = Schedule(plan, wish, state, reason, last_run=last_run)
    if not triggers:
        return known
    trigger = triggers[0]
    return dataclasses.replace(
        known,
        by=arming.environment(trigger).get('armed_by', ''),
        utc_pattern=trigger.pattern,
        gate=arming.is_gated(trigger),
        trigger_id=trigger.id,
        next_run=_next_run(wish, trigger, state, now),
    )


def _next_run(wish, trigger, state, now):
    if state not in (ARMED, LATE):
        return None
    if state == ARMED and arming.is_gated(trigger):
        return arming.next_due(wish, now)
    return times.utc(trigger.next_execution_time)


def of(wish, triggers, last_run, known_from, now):
    """``(state, reason)`` of a wish; the reason is Words or None.

    ``triggers`` are its cron triggers, the newest first; ``last_run`` is a
    Run or None. Runs before ``known_from`` (aware, or None) are not known.
    """
    if arming.next_due(wish, now) is None:
        return ENDED, None
    if wish.get('paused'):
        return (ARMED, Words(_STILL_ARMED)) if triggers else (PAUSED, None)
    if not triggers:
        return UNARMED, Words(_GONE)
    planned = times.utc(triggers[0].next_execution_time)
    if planned < now - GRACE:
        return LATE, Words(_NO_CRON, {'time': _said(planned, wish)})
    expected = _expected(wish, triggers[0], last_run, known_from, now)
    if expected:
        return UNARMED, _missed(expected, wish, triggers[0])
    return ARMED, Words(_TWICE) if len(triggers) > 1 else None


def _expected(wish, trigger, last_run, known_from, now):
    """The first run that was due after the last one and never came."""
    since = max(times.utc(trigger.created_at), now - OLDEST)
    since = max(since, known_from or since)
    if last_run:
        since = max(since, last_run.started + _MINUTE)
    expected = arming.next_due(wish, since)
    moved_on = times.utc(trigger.next_execution_time)
    if expected and expected < min(now - GRACE, moved_on):
        return expected
    return None


def _missed(expected, wish, trigger):
    by = arming.environment(trigger).get('armed_by')
    return Words(
        _MISSED,
        {
            'time': _said(expected, wish),
            'person': by or Words(_("the person who armed it")),
        },
    )


def _said(moment, wish):
    local = moment.astimezone(zones.named(wish['zone']))
    return f'{local:%Y-%m-%d %H:%M} ({wish["zone"]})'


_STILL_ARMED = _(
    "It is to be paused, but a trigger still starts it: choose Pause again."
)
_GONE = _("Its cron trigger is gone, so nothing starts it: choose Re-arm.")
_NO_CRON = _(
    "It should have started at %(time)s: Mistral's cron does not run. Ask "
    "your administrator."
)
_MISSED = _(
    "The run of %(time)s did not start: %(person)s, under whose trust it "
    "runs, may have lost the role in this project. Choose Re-arm."
)
_TWICE = _("Two triggers start it, so it runs twice: choose Re-arm.")
