# SPDX-License-Identifier: Apache-2.0
"""What differs between two documents of a plan, as translatable texts."""

from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Mapping
import functools
from typing import Any

from protection_dashboard.common.i18n import TranslatableText
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
_Members = dict[Any, tuple[TranslatableText | str, Any]]

#: keys of a plan document that the plan's form edits; schedules and pins have
#: actions of their own
EDITED_KEYS = (
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
IMPORTED_KEYS = (*EDITED_KEYS, 'schedules')
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


def plan_differences(
    old: PlanDocument, new: PlanDocument, parts: Iterable[str] = EDITED_KEYS
) -> list[TranslatableText]:
    """A text for each of some keys of two plan documents that differs."""
    return [
        TranslatableText(_TITLES[part], {'what': _difference(part, old, new)})
        for part in parts
        if old.get(part) != new.get(part)
    ]


def _difference(
    part: str, old: PlanDocument, new: PlanDocument
) -> TranslatableText:
    before, after = old.get(part), new.get(part)
    if part in _MEMBERS:
        return _list_difference(_MEMBERS[part](before), _MEMBERS[part](after))
    phrase = _VALUES[part]
    values = {'old': phrase(before), 'new': phrase(after)}
    if values['old'] == values['new']:
        return TranslatableText(_("changed"))
    return TranslatableText(_("%(old)s -> %(new)s"), values)


def _list_difference(before: _Members, after: _Members) -> TranslatableText:
    """Which members were added, removed and changed."""
    keys = {
        _("%(name)s added"): [key for key in after if key not in before],
        _("%(name)s removed"): [key for key in before if key not in after],
        _("%(name)s changed"): [
            key for key in after if before.get(key, after[key]) != after[key]
        ],
    }
    texts = [
        TranslatableText(message, {'name': {**before, **after}[key][0]})
        for message, found in keys.items()
        for key in found
    ]
    return functools.reduce(
        _comma, texts or [TranslatableText(_("another order"))]
    )


def _comma(
    first: TranslatableText, following: TranslatableText
) -> TranslatableText:
    message = _("%(first)s, %(following)s")
    return TranslatableText(message, {'first': first, 'following': following})


def _resources(resources: Iterable[ResourceDocument] | None) -> _Members:
    return {
        ResourceRef.of_entry(one): (phrases.resource_phrase(one), one)
        for one in resources or ()
    }


def _methods(methods: Mapping[str, MethodDocument] | None) -> _Members:
    return {
        slug: (phrases.protectable_phrase(slug), method)
        for slug, method in (methods or {}).items()
    }


def _rules(rules: Iterable[RuleDocument] | None) -> _Members:
    """Rules or exclusions: they have no ids, an edited one is another one."""
    texts = [phrases.rule_phrase(rule) for rule in rules or ()]
    return {str(text): (text, str(text)) for text in texts}


def _schedules(schedules: Iterable[ScheduleDocument] | None) -> _Members:
    """By their ids; one that came in a file may have none yet."""
    return {
        one.get('id') or (one['pattern'], one['zone']): (_timing(one), one)
        for one in schedules or ()
    }


def _timing(schedule: ScheduleDocument) -> TranslatableText:
    message = _("%(words)s (%(zone)s)")
    zone = schedule['zone']
    words = recurrence_phrases.pattern_in_words(schedule['pattern'], zone)
    return TranslatableText(message, {'words': words, 'zone': zone})


def _text(value: str | None) -> TranslatableText | str:
    return value or TranslatableText(_("none"))


def _presence(value: str | None) -> TranslatableText:
    """Only whether there is a text: it may be long."""
    return TranslatableText(_("some text") if value else _("none"))


def _hours(value: int | None) -> TranslatableText:
    if value is None:
        return TranslatableText(_("as usual"))
    return TranslatableText(_("%(hours)s h"), {'hours': value})


_MEMBERS: dict[str, Callable[[Any], _Members]] = {
    'resources': _resources,
    'methods': _methods,
    'selectors': _rules,
    'exclusions': _rules,
    'schedules': _schedules,
}
_VALUES: dict[str, Callable[[Any], TranslatableText | str]] = {
    'name': _text,
    'description': _presence,
    'retention': phrases.retention_phrase,
    'notification': phrases.notification_phrase,
    'time_limit': _hours,
    'promise': _hours,
}
