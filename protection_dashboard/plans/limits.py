# SPDX-License-Identifier: Apache-2.0
"""What an operator allows a project: how many, how often, how, how long."""

import dataclasses

from protection_dashboard.common.i18n import Words
from protection_dashboard.common.i18n import gettext_noop as _
from protection_dashboard.plans import document as plan_document
from protection_dashboard.recurrence import local_cron
from protection_dashboard.recurrence import phrases as recurrence_phrases
from protection_dashboard.recurrence.cron import InvalidSchedule
from protection_dashboard.recurrence.schedule import Schedule
from protection_dashboard.retention import peak as retention_peak
from protection_dashboard.retention import policy as retention_policy
from protection_dashboard.schedules import validation as schedule_validation

PRESETS = (
    (_("7 daily"), {'daily': 7}),
    (_("14 daily"), {'daily': 14}),
    (
        _("7 daily, 4 weekly, 12 monthly"),
        {'daily': 7, 'weekly': 4, 'monthly': 12},
    ),
)


@dataclasses.dataclass(frozen=True)
class Limits:
    """The operator's settings ``PROTECTION_<NAME>`` of Horizon.

    ``minimum_interval`` is the least time between two runs of a schedule, in
    seconds. ``max_plans`` and ``max_schedules`` are of a project;
    ``max_points`` is how many recovery points a retention may keep of one
    resource and one schedule. ``keep_everything`` allows no retention at all.
    ``methods`` are slugs of the protections that may be used; empty: all.
    ``default_retention`` is what forms start with, in the shape of a plan's
    ``retention``; ``presets`` are ``(label, retention)``.
    """

    minimum_interval: int = 300
    max_plans: int = 100
    max_schedules: int = 200
    max_points: int = 1000
    keep_everything: bool = True
    methods: tuple = ()
    default_retention: dict = dataclasses.field(
        default_factory=lambda: {'daily': 7}
    )
    presets: tuple = PRESETS

    @classmethod
    def read(cls, get):
        """Limits of ``get(field)``, which gives None for what is unset."""
        found = {f.name: get(f) for f in dataclasses.fields(cls)}
        return cls(**{k: v for k, v in found.items() if v is not None})

    def allows(self, slug):
        """Whether a protection may be used."""
        return not self.methods or slug in self.methods


def check(document, others, limits):
    """``Words`` for each limit that saving a document would pass.

    ``others`` are all Plans of the project; the document may be a later
    state of one of them. What that one had already is not counted against
    it: an operator may lower a limit at any time.
    """
    base = next((p for p in others if p.id == document['id']), None)
    found = [
        *_counts(document, base, others, limits),
        *_methods(document, limits),
        *_intervals(document, base, limits),
    ]
    # a pattern that cron does not know has no runs to count
    return found or list(_points(document, limits))


def _counts(document, base, others, limits):
    if base is None and len(others) >= limits.max_plans:
        message = _(
            "The project has %(count)s plans, and at most %(most)s are "
            "allowed: delete one first."
        )
        yield Words(message, {'count': len(others), 'most': limits.max_plans})
    before = len(base.schedules) if base else 0
    more = len(document['schedules']) - before
    total = sum(len(plan.schedules) for plan in others) + more
    if more > 0 and total > limits.max_schedules:
        message = _(
            "The project would have %(count)s schedules, and at most %(most)s "
            "are allowed: delete some first."
        )
        yield Words(message, {'count': total, 'most': limits.max_schedules})


def _methods(document, limits):
    for slug in sorted(plan_document.protections(document)):
        if not limits.allows(slug):
            message = _("The method %(slug)s is not allowed here.")
            yield Words(message, {'slug': slug})


def _intervals(document, base, limits):
    known = {_timing(one) for one in base.schedules} if base else set()
    for schedule in map(Schedule.from_document, document['schedules']):
        if _timing(schedule) in known:
            continue
        try:
            local_cron.check(*_timing(schedule), limits.minimum_interval)
        except InvalidSchedule as error:
            yield error.words


def _timing(schedule: Schedule) -> tuple[str, str]:
    return schedule.pattern, schedule.zone


def _points(document, limits):
    for rule, zone, schedules in _groups(document):
        most = _most(rule, zone, schedules)
        if rule.empty and not limits.keep_everything:
            yield Words(_("Recovery points may not be kept for ever here."))
        elif most is not None and most > limits.max_points:
            message = _(
                "%(words)s: more than %(most)s recovery points of each "
                "resource would be kept: keep fewer, or run less often."
            )
            name = _named(schedules)
            yield Words(message, {'words': name, 'most': limits.max_points})


def _groups(document):
    """``[(Rule, its zone, schedules that it governs)]`` of a document.

    The plan's own retention also governs what people start by hand, so it is
    there without a schedule, too.
    """
    policy = retention_policy.Policy.of(document)
    schedules = [Schedule.from_document(one) for one in document['schedules']]
    own = [one for one in schedules if one.id in policy.schedules]
    shared = [one for one in schedules if one not in own]
    alone = [(*policy.schedules[one.id], [one]) for one in own]
    return [(policy.rule, policy.zone, shared), *alone]


def _most(rule, zone, schedules):
    """Points of a resource that a Rule keeps at most; None: ever more.

    Of runs that come nobody knows when, ``days`` keep nobody knows how many:
    of those that people start, and of a schedule that cannot be read.
    """
    timings = tuple(
        _timing(schedule)
        for schedule in schedules
        if not schedule_validation.unreadable(schedule)
    )
    if not timings:
        rule = dataclasses.replace(rule, days=None)
    elif schedule_validation.obstacle('zone', zone):
        zone = timings[0][1]
    return retention_peak.most_points(rule, zone, timings)


def _named(schedules):
    if not schedules:
        return Words(_("Runs by hand"))
    return recurrence_phrases.in_words(*_timing(schedules[0]))
