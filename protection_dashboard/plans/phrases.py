# SPDX-License-Identifier: Apache-2.0
"""Parts of a plan's document as people say them."""

from protection_dashboard import plugins
from protection_dashboard.common.i18n import Words
from protection_dashboard.common.i18n import enumeration
from protection_dashboard.common.i18n import gettext_noop as _
from protection_dashboard.retention.rules import Rule

_SELECTED = {
    (): _("every %(kind)s"),
    ('name',): _("%(kind)s named %(name)s"),
    ('metadata',): _("%(kind)s with %(metadata)s"),
    ('name', 'metadata'): _("%(kind)s named %(name)s with %(metadata)s"),
}

_EVENTS = {
    'failure': _("on failure"),
    'success': _("on success"),
    'missed': _("on a missed run"),
}
_WAYS = {'webhook': _("webhook"), 'emails': _("email")}


def kind(slug):
    """What a person calls a type of resource, or a string."""
    known = plugins.protectables().get(slug)
    return Words(known.name) if known else slug


def method(slug):
    """What a person calls a protection, or a string."""
    known = plugins.protections().get(slug)
    return Words(known.name) if known else slug


def entry(one):
    """A resource of a document by its name, else its id."""
    return one['name'] or one['id']


def selector(one):
    """A selector, or an exclusion of one resource, as ``Words``."""
    if 'id' in one:
        message = _("%(kind)s %(name)s")
        name = one.get('name') or one['id']
        return Words(message, {'kind': kind(one['type']), 'name': name})
    given = tuple(part for part in ('name', 'metadata') if part in one)
    pairs = sorted(one.get('metadata', {}).items())
    values = {
        'kind': kind(one['type']),
        'name': one.get('name', ''),
        'metadata': ', '.join(f'{key}={value}' for key, value in pairs),
    }
    return Words(_SELECTED[given], values)


def retention(rule):
    """A document's ``retention`` as ``Words``."""
    return Rule.read(rule).words()


def promise(document):
    """How old the newest copy may be, as ``Words``."""
    if hours := document.get('promise'):
        return Words(_("at most %(hours)s h old"), {'hours': hours})
    if all(one.get('paused') for one in document['schedules']):
        return Words(_("nothing: no schedule is to run"))
    return Words(_("at most 1.5 times the interval of its schedules old"))


def notification(told):
    """When people are told, and how; never to where."""
    if not told.get('on'):
        return Words(_("nobody"))
    events = enumeration([Words(_EVENTS[event]) for event in told['on']])
    ways = [Words(_WAYS[way]) for way in _WAYS if told.get(way)]
    if not ways:
        return Words('%(events)s', {'events': events})
    message = _("%(events)s, by %(ways)s")
    return Words(message, {'events': events, 'ways': enumeration(ways)})
