# SPDX-License-Identifier: Apache-2.0
"""What differs between two documents of a plan, as translatable texts."""

from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Mapping
import functools
from typing import Any

from protection_dashboard.common.i18n import Words
from protection_dashboard.common.i18n import gettext_noop as _
from protection_dashboard.common.references import ResourceRef
from protection_dashboard.plans import phrases
from protection_dashboard.plans.schema import MethodDocument
from protection_dashboard.plans.schema import PlanDocument
from protection_dashboard.plans.schema import ResourceDocument
from protection_dashboard.plans.schema import RuleDocument
from protection_dashboard.recurrence import phrases as recurrence_phrases
from protection_dashboard.recurrence.schedule import ScheduleDocument

#: what a member of a plan's list is called, and the member itself
_Members = dict[Any, tuple[Words | str, Any]]

#: keys of a plan document that the plan's form edits; schedules and pins have
#: actions of their own
EDITED = (
    'name',
    'description',
    'resources',
    'methods',
    'selectors',
    'exclusions',
    'retention',
    'notification',
    'time_limit',
    'promise',
)
#: keys of a plan document that an imported file replaces
IMPORTED = (*EDITED, 'schedules')
_TITLES = {
    'name': _("name: %(what)s"),
    'description': _("description: %(what)s"),
    'resources': _("resources: %(what)s"),
    'methods': _("options: %(what)s"),
    'selectors': _("selectors: %(what)s"),
    'exclusions': _("exclusions: %(what)s"),
    'retention': _("retention: %(what)s"),
    'notification': _("notification: %(what)s"),
    'time_limit': _("time limit: %(what)s"),
    'promise': _("promised age: %(what)s"),
    'schedules': _("schedules: %(what)s"),
}


def differences(
    old: PlanDocument, new: PlanDocument, parts: Iterable[str] = EDITED
) -> list[Words]:
    """A text for each of some keys of two plan documents that differs."""
    return [
        Words(_TITLES[part], {'what': _difference(part, old, new)})
        for part in parts
        if old.get(part) != new.get(part)
    ]


def _difference(part: str, old: PlanDocument, new: PlanDocument) -> Words:
    before, after = old.get(part), new.get(part)
    if part in _MEMBERS:
        return _list_difference(_MEMBERS[part](before), _MEMBERS[part](after))
    phrase = _VALUES[part]
    values = {'old': phrase(before), 'new': phrase(after)}
    if values['old'] == values['new']:
        return Words(_("changed"))
    return Words(_("%(old)s -> %(new)s"), values)


def _list_difference(before: _Members, after: _Members) -> Words:
    """Which members were added, removed and changed."""
    keys = {
        _("%(name)s added"): [key for key in after if key not in before],
        _("%(name)s removed"): [key for key in before if key not in after],
        _("%(name)s changed"): [
            key for key in after if before.get(key, after[key]) != after[key]
        ],
    }
    texts = [
        Words(message, {'name': {**before, **after}[key][0]})
        for message, found in keys.items()
        for key in found
    ]
    return functools.reduce(_comma, texts or [Words(_("another order"))])


def _comma(first: Words, following: Words) -> Words:
    message = _("%(first)s, %(following)s")
    return Words(message, {'first': first, 'following': following})


def _resources(resources: Iterable[ResourceDocument] | None) -> _Members:
    return {
        ResourceRef.of_entry(one): (phrases.entry(one), one)
        for one in resources or ()
    }


def _methods(methods: Mapping[str, MethodDocument] | None) -> _Members:
    return {
        slug: (phrases.kind(slug), method)
        for slug, method in (methods or {}).items()
    }


def _rules(rules: Iterable[RuleDocument] | None) -> _Members:
    """Rules or exclusions: they have no ids, an edited one is another one."""
    texts = [phrases.selector(rule) for rule in rules or ()]
    return {str(text): (text, str(text)) for text in texts}


def _schedules(schedules: Iterable[ScheduleDocument] | None) -> _Members:
    """By their ids; one that came in a file may have none yet."""
    return {
        one.get('id') or (one['pattern'], one['zone']): (_timing(one), one)
        for one in schedules or ()
    }


def _timing(schedule: ScheduleDocument) -> Words:
    message = _("%(words)s (%(zone)s)")
    zone = schedule['zone']
    words = recurrence_phrases.in_words(schedule['pattern'], zone)
    return Words(message, {'words': words, 'zone': zone})


def _text(value: str | None) -> Words | str:
    return value or Words(_("none"))


def _presence(value: str | None) -> Words:
    """Only whether there is a text: it may be long."""
    return Words(_("some text") if value else _("none"))


def _hours(value: int | None) -> Words:
    if value is None:
        return Words(_("as usual"))
    return Words(_("%(hours)s h"), {'hours': value})


_MEMBERS: dict[str, Callable[[Any], _Members]] = {
    'resources': _resources,
    'methods': _methods,
    'selectors': _rules,
    'exclusions': _rules,
    'schedules': _schedules,
}
_VALUES: dict[str, Callable[[Any], Words | str]] = {
    'name': _text,
    'description': _presence,
    'retention': phrases.retention,
    'notification': phrases.notification,
    'time_limit': _hours,
    'promise': _hours,
}
