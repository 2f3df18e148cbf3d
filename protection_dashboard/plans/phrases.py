# SPDX-License-Identifier: Apache-2.0
"""Parts of a plan document as translatable texts for a page.

A text is a ``TranslatableText``, or a string where it is a name that somebody
gave.
"""

from collections.abc import Mapping
from typing import Any

from protection_dashboard import plugins
from protection_dashboard.common.i18n import TranslatableText
from protection_dashboard.common.i18n import enumeration
from protection_dashboard.common.i18n import gettext_noop as _
from protection_dashboard.plans.schema import ExclusionDocument
from protection_dashboard.plans.schema import NotificationDocument
from protection_dashboard.plans.schema import ResourceDocument
from protection_dashboard.plans.schema import ResourceEntry
from protection_dashboard.plans.schema import RuleDocument
from protection_dashboard.recurrence.schedule import RetentionDocument
from protection_dashboard.retention.rules import Retention

_RULES = {
    (): _("every %(kind)s"),
    ('name',): _("%(kind)s named %(name)s"),
    ('metadata',): _("%(kind)s with %(metadata)s"),
    ('name', 'metadata'): _("%(kind)s named %(name)s with %(metadata)s"),
}

_EVENTS = {
    'failure': _("on failure"),
    'success': _("on success"),
    'missed': _("on a missed run"),
    'skipped': _("on a skipped run"),
}
_WAYS = {'webhook': _("webhook"), 'emails': _("email")}


def protectable_phrase(slug: str) -> TranslatableText | str:
    """The name of a protectable; its slug when it is not installed."""
    known = plugins.protectables().get(slug)
    return TranslatableText(known.name) if known else slug


def protection_phrase(slug: str) -> TranslatableText | str:
    """The name of a protection; its slug when it is not installed."""
    known = plugins.protections().get(slug)
    return TranslatableText(known.name) if known else slug


def resource_phrase(resource: ResourceDocument | ResourceEntry) -> str:
    """A resource of a document by its name, else its id."""
    return resource['name'] or resource['id']


def rule_phrase(rule: RuleDocument | ExclusionDocument) -> TranslatableText:
    """A rule or an exclusion: "every Volume", "Volume named web-*"."""
    if 'id' in rule:
        message = _("%(kind)s %(name)s")
        name = rule.get('name') or rule.get('id')
        return TranslatableText(
            message, {'kind': protectable_phrase(rule['type']), 'name': name}
        )
    given = tuple(part for part in ('name', 'metadata') if part in rule)
    pairs = sorted(rule.get('metadata', {}).items())
    values = {
        'kind': protectable_phrase(rule['type']),
        'name': rule.get('name', ''),
        'metadata': ', '.join(f'{key}={value}' for key, value in pairs),
    }
    return TranslatableText(_RULES[given], values)


def retention_phrase(document: RetentionDocument | None) -> TranslatableText:
    """What a retention keeps: "7 daily, 4 weekly"; None keeps everything."""
    return Retention.from_document(document).words()


def rpo_phrase(document: Mapping[str, Any]) -> TranslatableText:
    """The RPO of a plan document: how old its newest copies may be."""
    if hours := document.get('promise'):
        return TranslatableText(_("at most %(hours)s h old"), {'hours': hours})
    if all(one.get('paused') for one in document['schedules']):
        return TranslatableText(_("nothing: no schedule is to run"))
    return TranslatableText(
        _("at most 1.5 times the interval of its schedules old")
    )


def notification_phrase(
    document: NotificationDocument | None,
) -> TranslatableText:
    """When people are told and by which way, without any address."""
    if not document or not document.get('on'):
        return TranslatableText(_("nobody"))
    events = enumeration(
        [TranslatableText(_EVENTS[event]) for event in document['on']]
    )
    ways = [TranslatableText(_WAYS[way]) for way in _WAYS if document.get(way)]
    if not ways:
        return TranslatableText('%(events)s', {'events': events})
    message = _("%(events)s, by %(ways)s")
    return TranslatableText(
        message, {'events': events, 'ways': enumeration(ways)}
    )
