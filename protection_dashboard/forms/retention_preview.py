# SPDX-License-Identifier: Apache-2.0
"""The preview of a retention: what it would keep of today's points.

It shows the retention in words, what would be removed and why, and whether the
quotas have room for what is kept: beside forms, before a plan is saved, and on
its page.
"""

import collections
from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Mapping
import dataclasses
import datetime
import functools
from typing import Any

from django.utils.functional import lazy
from django.utils.translation import gettext

from protection_dashboard import plugins
from protection_dashboard.common import concurrency
from protection_dashboard.common.i18n import TranslatableText
from protection_dashboard.common.i18n import gettext_noop as _
from protection_dashboard.common.references import ResourceRef
from protection_dashboard.plans import document as plan_document
from protection_dashboard.plans import selection
from protection_dashboard.recovery_points import pruning
from protection_dashboard.recurrence import phrases as recurrence_phrases
from protection_dashboard.recurrence.cron import InvalidSchedule
from protection_dashboard.retention import capacity_forecast
from protection_dashboard.retention import peak as retention_peak
from protection_dashboard.retention import policy as retention_policy
from protection_dashboard.ui.request_user import Cloud
from protection_dashboard.workflows import result_states

#: rows of the list that are shown
MAX_ROWS = 100


@dataclasses.dataclass(frozen=True)
class PreviewedPoint:
    """A recovery point, and in words what the retention does with it."""

    name: str
    resource: str
    kind: str
    created: datetime.datetime
    keep: bool
    words: str


@dataclasses.dataclass(frozen=True)
class RetentionPreview:
    """Texts for a page, translated when they are shown; lists may be empty.

    ``keeps`` has a line for each retention in force, ``reaches`` one for each
    that removes anything: to where one can go back. ``rows`` begin with
    what would be removed, ``more`` of them are left out; ``errors`` are of
    services that did not answer.
    """

    keeps: list
    summary: str = ''
    rows: list = dataclasses.field(default_factory=list)
    more: int = 0
    forecasts: list = dataclasses.field(default_factory=list)
    errors: list = dataclasses.field(default_factory=list)
    reaches: list = dataclasses.field(default_factory=list)


def retention_preview(
    cloud: Cloud, document: Any, now: datetime.datetime
) -> RetentionPreview:
    """The :class:`RetentionPreview` of a plan document that fits its schema.

    Asks for the resources of each type and the limits of each service, then
    for the points; ``now`` is aware. Of all errors only NotAuthorized is
    raised.
    """
    try:
        keeps = list(_retention_lines(document))
        return _preview(cloud, document, now, keeps)
    except InvalidSchedule as error:
        return RetentionPreview([], errors=[translated(error.words)])


def _preview(
    cloud: Cloud,
    document: Any,
    now: datetime.datetime,
    keeps: list[str],
) -> RetentionPreview:
    rooms, chosen, failed = _capacities_and_resources(cloud, document)
    mine = [one for one in chosen if one.state == result_states.PENDING]
    names = {
        ResourceRef.of_entry(one.entry): one.entry['name'] for one in mine
    }
    verdicts, errors = pruning.planned_verdicts(cloud, document, names, now)
    policy = retention_policy.Policy.from_document(document)
    own = [one for one in verdicts if policy.owns(one.point)]
    wrong = [
        one for one in [*chosen, *failed] if one.state == result_states.FAILED
    ]
    found = [
        *(one.reason for one in wrong),
        *map(str, errors),
        *map(str, capacity_errors(rooms)),
    ]
    own.sort(key=lambda one: one.keep)
    return RetentionPreview(
        keeps=keeps,
        summary=_summary_text(own),
        rows=[_previewed_point(one, names) for one in own[:MAX_ROWS]],
        more=max(0, len(own) - MAX_ROWS),
        forecasts=list(capacity_lines(document, mine, own, rooms, now)),
        errors=list(dict.fromkeys(found)),
        reaches=list(_reach_lines(document)),
    )


def _retention_lines(document: Any) -> Iterator[str]:
    for rule, most, when in _rules_in_force(document):
        message = (
            _("%(schedule)s: keeps %(rule)s") if when else _("Keeps %(rule)s")
        )
        words = {'schedule': when, 'rule': _rule_text(rule, most)}
        yield translated(TranslatableText(message, words))


def _reach_lines(document: Any) -> Iterator[str]:
    for rule, most, when in _rules_in_force(document):
        if not rule.empty:
            message = (
                _("%(schedule)s: you can go back to %(reach)s.")
                if when
                else _("You can go back to %(reach)s.")
            )
            words = {'schedule': when, 'reach': _reach_text(rule, most)}
            yield translated(TranslatableText(message, words))


def _rules_in_force(document: Any) -> Iterator[tuple[Any, int | None, Any]]:
    """``(Retention, most points, schedule in words)``, '' for the plan's."""
    policy = retention_policy.Policy.from_document(document)
    most = retention_peak.most_points_by_schedule(document)
    if '' in most:
        yield policy.rule, most[''], ''
    for one in document['schedules']:
        if one['id'] in policy.schedules:
            rule, _where = policy.schedules[one['id']]
            when = recurrence_phrases.pattern_in_words(
                one['pattern'], one['zone']
            )
            yield rule, most[one['id']], when


def _reach_text(rule, most):
    """To where one can go back, and how many copies that are in the end."""
    if most is None or most <= rule.least:
        return rule.reach()
    message = _(
        "%(reach)s, as far as there are copies: in the long run these are "
        "%(least)s to %(most)s of each resource"
    )
    values = {'reach': rule.reach(), 'least': rule.least, 'most': most}
    return TranslatableText(message, values)


def _rule_text(rule, most):
    """A retention in words; of several numbers, how many they keep together.

    A reader would add the numbers up, which gives too many.
    """
    if most is None or len(rule.given) < 2:
        return rule.words()
    message = _(
        "%(rule)s: at most %(most)s of each resource, as a copy that is both "
        "counts for both"
    )
    return TranslatableText(message, {'rule': rule.words(), 'most': most})


def _capacities_and_resources(cloud, document):
    """``({slug: Capacity, None or error}, chosen, failed)``, side by side."""
    calls = capacity_calls(cloud, document)
    calls[''] = functools.partial(
        selection.selected_resources, cloud, document
    )
    rooms, _none = concurrency.gather(calls)
    chosen, failed = rooms.pop('')
    return rooms, chosen, failed


def _summary_text(own: list[Any]) -> str:
    gone = sum(not one.keep for one in own)
    if not own:
        return translated(
            TranslatableText(
                _("There are no recovery points of this plan yet.")
            )
        )
    message = _("With what exists today: %(gone)s removed, %(kept)s kept")
    return translated(
        TranslatableText(message, {'gone': gone, 'kept': len(own) - gone})
    )


def _previewed_point(
    one: Any, names: Mapping[ResourceRef, str]
) -> PreviewedPoint:
    point = one.point
    known = plugins.protections().get(point.protection)
    return PreviewedPoint(
        name=point.label,
        resource=names[ResourceRef.of_point(point)],
        kind=translated(TranslatableText(known.name))
        if known
        else point.protection,
        created=point.created,
        keep=one.keep,
        words=translated(one.words),
    )


#: the translation of a TranslatableText when it is shown: a preview may be
#: made in a thread, which does not know the user's language
translated = lazy(lambda words: words.text(gettext), str)


@dataclasses.dataclass(frozen=True)
class ForecastLine:
    """A forecast; ``fits`` is False when there is too little room."""

    text: str
    fits: bool


def capacity_calls(
    cloud: Cloud, document: Any
) -> dict[str, Callable[[], Any]]:
    """``{slug: function}`` of the protections that a document uses.

    Each gives a Capacity, None, or the error of a service that is down or of
    a protection that is not installed.
    """
    return {
        slug: functools.partial(
            concurrency.value_or_error,
            functools.partial(_capacity_of, cloud, slug),
        )
        for slug in plan_document.protection_slugs(document)
    }


def _capacity_of(cloud: Cloud, slug: str) -> Any:
    return plugins.protection(slug).capacity(cloud)


def capacity_errors(rooms: Mapping[str, Any]) -> list[Exception]:
    return [room for room in rooms.values() if isinstance(room, Exception)]


def capacity_lines(document, chosen, verdicts, rooms, now):
    """A ForecastLine for each method, and for what a service counts apart.

    ``chosen`` are SelectedResources, ``verdicts`` are on the plan's points,
    ``rooms`` are the results of :func:`capacity_calls`; a method whose result
    is an error has no line.
    """
    # no rule counts what is pinned
    pinned = {pin['id'] for pin in document.get('pins', ())}
    have = collections.Counter(
        _point_source(one) for one in verdicts if one.point.id not in pinned
    )
    parts = collections.defaultdict(list)
    for one in chosen:
        slug = one.entry['protection']
        if not isinstance(rooms[slug], Exception):
            number = have[slug, *ResourceRef.of_entry(one.entry)]
            parts[_forecast_key(one, rooms[slug])].append(
                (one.resource.size, number)
            )
    for (slug, chain, counted), resources in sorted(parts.items()):
        wanted = capacity_forecast.need_of_plan(
            document, resources, chain=chain
        )
        room = rooms[slug] if counted else None
        found = capacity_forecast.forecast(document, wanted, room, now)
        yield _forecast_line(slug, found)


def _point_source(verdict: Any) -> tuple[str, str, str]:
    point = verdict.point
    return point.protection, *ResourceRef.of_point(point)


def _forecast_key(one, room):
    """``(method, points that hang together, whether the room is theirs)``."""
    slug = one.entry['protection']
    chain = plugins.protection(slug).chain(one.entry['options'])
    types = room.types if room else ()
    return slug, chain, not types or one.entry['type'] in types


def _forecast_line(slug: str, found: Any) -> ForecastLine:
    method = TranslatableText(plugins.protection(slug).name)
    values = {'method': method, 'words': found.words}
    return ForecastLine(
        translated(TranslatableText(_("%(method)s: %(words)s"), values)),
        found.fits,
    )
