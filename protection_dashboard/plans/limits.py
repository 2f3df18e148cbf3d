# SPDX-License-Identifier: Apache-2.0
"""What an operator allows the plans of a project.

How many plans, schedules and recovery points there may be, how often
schedules run, which protections are used, and whether copies are kept for
ever.
"""

from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Sequence
import dataclasses
from typing import Any

from protection_dashboard import settings as operator
from protection_dashboard.common.i18n import TranslatableText
from protection_dashboard.common.i18n import gettext_noop as _
from protection_dashboard.plans import document as plan_document
from protection_dashboard.plans.document import Plan
from protection_dashboard.plans.schema import RETENTION_RULES
from protection_dashboard.plans.schema import PlanDocument
from protection_dashboard.recurrence import local_cron
from protection_dashboard.recurrence import phrases as recurrence_phrases
from protection_dashboard.recurrence.cron import InvalidSchedule
from protection_dashboard.recurrence.schedule import RetentionDocument
from protection_dashboard.recurrence.schedule import Schedule
from protection_dashboard.retention import peak as retention_peak
from protection_dashboard.retention import policy as retention_policy
from protection_dashboard.retention.rules import Retention
from protection_dashboard.schedules import validation as schedule_validation

#: retentions that forms offer: ``(label, retention)``
RETENTION_PRESETS: tuple[tuple[str, RetentionDocument], ...] = (
    (_("7 daily"), {'daily': 7}),
    (_("14 daily"), {'daily': 14}),
    (
        _("7 daily, 4 weekly, 12 monthly"),
        {'daily': 7, 'weekly': 4, 'monthly': 12},
    ),
)


_COUNT = operator.number_range(0, 1_000_000)


def _is_retention(value: object) -> bool:
    return isinstance(value, dict) and all(
        rule in RETENTION_RULES and type(number) is int and number > 0
        for rule, number in value.items()
    )


def _are_presets(value: object) -> bool:
    return isinstance(value, list | tuple) and all(
        isinstance(pair, list | tuple)
        and len(pair) == 2
        and _is_retention(pair[1])
        for pair in value
    )


@dataclasses.dataclass(frozen=True)
class Limits:
    """The operator's settings ``PROTECTION_<NAME>`` of Horizon.

    ``minimum_interval`` is the least time between two runs of a schedule, in
    seconds. ``max_plans`` and ``max_schedules`` are per project;
    ``max_points`` is how many recovery points a retention may keep of one
    resource and one schedule. ``keep_everything`` says whether a plan may
    have no retention, so that nothing is removed. ``methods`` are slugs of
    the protections that may be used, all of them if empty.
    ``default_retention`` is what forms start with; ``presets`` are
    ``(label, retention)``. The time that forms propose for a new schedule
    lies within ``spread_minutes`` from ``spread_first_hour`` (0 to 23) on.
    """

    minimum_interval: int = dataclasses.field(
        default=300, metadata=operator.number_range(0, 31_622_400)
    )
    max_plans: int = dataclasses.field(default=100, metadata=_COUNT)
    max_schedules: int = dataclasses.field(default=200, metadata=_COUNT)
    max_points: int = dataclasses.field(default=1000, metadata=_COUNT)
    keep_everything: bool = True
    methods: tuple[str, ...] = dataclasses.field(
        default=(),
        metadata=operator.checked_by(operator.is_texts, "a list of texts"),
    )
    default_retention: RetentionDocument = dataclasses.field(
        default_factory=lambda: RetentionDocument(daily=7),
        metadata=operator.checked_by(
            _is_retention, "a dictionary of retention rules"
        ),
    )
    presets: tuple[tuple[str, RetentionDocument], ...] = dataclasses.field(
        default=RETENTION_PRESETS,
        metadata=operator.checked_by(
            _are_presets, "a list of pairs (label, retention rules)"
        ),
    )
    spread_first_hour: int = dataclasses.field(
        default=22, metadata=operator.number_range(0, 23)
    )
    spread_minutes: int = dataclasses.field(
        default=480, metadata=operator.number_range(1, 1440)
    )

    @classmethod
    def from_settings(
        cls, get: Callable[['dataclasses.Field[Any]'], Any]
    ) -> 'Limits':
        """Limits of ``get(field)``, which gives None for what is not set."""
        return cls(**operator.usable_settings(cls, get))

    def allows(self, slug: str) -> bool:
        """Whether a protection may be used."""
        return not self.methods or slug in self.methods


def exceeded_limits(
    document: PlanDocument, plans: Sequence[Plan], limits: Limits
) -> list[TranslatableText]:
    """A sentence for each limit that a document would exceed if saved.

    ``plans`` are all plans of the project; the document may be a later state
    of one of them. What that one has already is allowed: an operator may
    lower a limit at any time.
    """
    base = next((plan for plan in plans if plan.id == document['id']), None)
    found = [
        *_exceeded_counts(document, base, plans, limits),
        *_disallowed_methods(document, limits),
        *_short_intervals(document, base, limits),
    ]
    # a pattern that cron does not know has no runs to count
    return found or list(_exceeded_points(document, limits))


def _exceeded_counts(
    document: PlanDocument,
    base: Plan | None,
    plans: Sequence[Plan],
    limits: Limits,
) -> Iterator[TranslatableText]:
    if base is None and len(plans) >= limits.max_plans:
        message = _(
            "The project has %(count)s plans, and at most %(most)s are "
            "allowed: delete one first."
        )
        yield TranslatableText(
            message, {'count': len(plans), 'most': limits.max_plans}
        )
    before = len(base.schedules) if base else 0
    more = len(document['schedules']) - before
    total = sum(len(plan.schedules) for plan in plans) + more
    if more > 0 and total > limits.max_schedules:
        message = _(
            "The project would have %(count)s schedules, and at most %(most)s "
            "are allowed: delete some first."
        )
        yield TranslatableText(
            message, {'count': total, 'most': limits.max_schedules}
        )


def _disallowed_methods(
    document: PlanDocument, limits: Limits
) -> Iterator[TranslatableText]:
    for slug in sorted(plan_document.protection_slugs(document)):
        if not limits.allows(slug):
            message = _("The method %(slug)s is not allowed here.")
            yield TranslatableText(message, {'slug': slug})


def _short_intervals(
    document: PlanDocument, base: Plan | None, limits: Limits
) -> Iterator[TranslatableText]:
    """What is wrong with patterns that the plan did not have before."""
    known = {_timing(one) for one in base.schedules} if base else set()
    for schedule in map(Schedule.from_document, document['schedules']):
        if _timing(schedule) in known:
            continue
        try:
            local_cron.checked_pattern(
                *_timing(schedule), limits.minimum_interval
            )
        except InvalidSchedule as error:
            yield error.words


def _timing(schedule: Schedule) -> tuple[str, str]:
    return schedule.pattern, schedule.zone


def _exceeded_points(
    document: PlanDocument, limits: Limits
) -> Iterator[TranslatableText]:
    for rule, zone, schedules in _retentions(document):
        most = _most_points(rule, zone, schedules)
        if rule.empty and not limits.keep_everything:
            yield TranslatableText(
                _("Recovery points may not be kept for ever here.")
            )
        elif most is not None and most > limits.max_points:
            message = _(
                "%(words)s: more than %(most)s recovery points of each "
                "resource would be kept: keep fewer, or run less often."
            )
            name = _cause(schedules)
            yield TranslatableText(
                message, {'words': name, 'most': limits.max_points}
            )


def _retentions(
    document: PlanDocument,
) -> list[tuple[Retention, str, list[Schedule]]]:
    """Each retention of a plan, its zone, and the schedules that it governs.

    The plan's own also governs what people start by hand: it is there even
    if it governs no schedule.
    """
    policy = retention_policy.Policy.from_document(document)
    schedules = [Schedule.from_document(one) for one in document['schedules']]
    own = [one for one in schedules if one.id in policy.schedules]
    shared = [one for one in schedules if one not in own]
    alone = [(*policy.schedules[one.id], [one]) for one in own]
    return [(policy.rule, policy.zone, shared), *alone]


def _most_points(
    rule: Retention, zone: str, schedules: list[Schedule]
) -> int | None:
    """How many points of a resource are kept at most; None: no maximum.

    Without a schedule that can be read ``days`` does not count: nobody knows
    how often people start the plan by hand.
    """
    timings = tuple(
        _timing(schedule)
        for schedule in schedules
        if not schedule_validation.unreadable_parts(schedule)
    )
    if not timings:
        rule = dataclasses.replace(rule, days=None)
    elif schedule_validation.unreadable_reason('zone', zone):
        zone = timings[0][1]
    return retention_peak.most_points(rule, zone, timings)


def _cause(schedules: list[Schedule]) -> TranslatableText:
    """What makes the points: the first of some schedules, or people."""
    if not schedules:
        return TranslatableText(_("Runs by hand"))
    return recurrence_phrases.pattern_in_words(*_timing(schedules[0]))
