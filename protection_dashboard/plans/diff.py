# SPDX-License-Identifier: Apache-2.0
"""What differs between two documents of a plan, in words."""

import functools

from protection_dashboard.common.i18n import Words
from protection_dashboard.common.i18n import gettext_noop as _
from protection_dashboard.common.references import ResourceRef
from protection_dashboard.plans import phrases
from protection_dashboard.recurrence import phrases as recurrence_phrases
from protection_dashboard.recurrence.schedule import ScheduleDocument

#: what the form of a plan edits; schedules and pins have actions of their own
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
#: what a file brings
IMPORTED = (*EDITED, 'schedules')
TITLES = {
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


def differences(old, new, parts=EDITED):
    """``Words`` for each part of a plan that differs; [] when none does."""
    return [
        Words(TITLES[part], {'what': _difference(part, old, new)})
        for part in parts
        if old.get(part) != new.get(part)
    ]


def _difference(part, old, new):
    before, after = old.get(part), new.get(part)
    if part in _LISTS:
        return _listed(_LISTS[part](before), _LISTS[part](after))
    shown = _VALUES[part]
    values = {'old': shown(before), 'new': shown(after)}
    if values['old'] == values['new']:
        return Words(_("changed"))
    return Words(_("%(old)s -> %(new)s"), values)


def _listed(before, after):
    """What was added, removed and changed; both are ``{key: (name, it)}``."""
    keys = {
        _("%(name)s added"): [key for key in after if key not in before],
        _("%(name)s removed"): [key for key in before if key not in after],
        _("%(name)s changed"): [
            key for key in after if before.get(key, after[key]) != after[key]
        ],
    }
    said = [
        Words(message, {'name': {**before, **after}[key][0]})
        for message, found in keys.items()
        for key in found
    ]
    return functools.reduce(_comma, said or [Words(_("another order"))])


def _comma(first, following):
    message = _("%(first)s, %(following)s")
    return Words(message, {'first': first, 'following': following})


def _resources(found):
    return {
        ResourceRef.of_entry(one): (phrases.entry(one), one)
        for one in found or ()
    }


def _methods(found):
    return {
        slug: (phrases.kind(slug), one) for slug, one in (found or {}).items()
    }


def _selectors(found):
    """One that is edited is another one: it has no name of its own."""
    said = [phrases.selector(one) for one in found or ()]
    return {str(words): (words, str(words)) for words in said}


def _schedules(found):
    """By their ids; one that came in a file may have none yet."""
    return {
        one.get('id') or (one['pattern'], one['zone']): (_timing(one), one)
        for one in found or ()
    }


def _timing(schedule: ScheduleDocument) -> Words:
    message = _("%(words)s (%(zone)s)")
    zone = schedule['zone']
    words = recurrence_phrases.in_words(schedule['pattern'], zone)
    return Words(message, {'words': words, 'zone': zone})


def _text(value):
    return value or Words(_("none"))


def _some_text(value):
    """Of a long text only whether there is one."""
    return Words(_("some text") if value else _("none"))


def _told(value):
    return phrases.notification(value or {})


def _hours(value):
    if value is None:
        return Words(_("as usual"))
    return Words(_("%(hours)s h"), {'hours': value})


_LISTS = {
    'resources': _resources,
    'methods': _methods,
    'selectors': _selectors,
    'exclusions': _selectors,
    'schedules': _schedules,
}
_VALUES = {
    'name': _text,
    'description': _some_text,
    'retention': phrases.retention,
    'notification': _told,
    'time_limit': _hours,
    'promise': _hours,
}
