# SPDX-License-Identifier: Apache-2.0
"""What differs between two states of a schedule, in words."""

from protection_dashboard.common.i18n import TranslatableText
from protection_dashboard.common.i18n import gettext_noop as _
from protection_dashboard.recurrence import phrases as recurrence_phrases
from protection_dashboard.recurrence.schedule import Schedule
from protection_dashboard.retention.rules import Retention

_TITLES = {
    'timing': _("schedule: %(old)s -> %(new)s"),
    'zone': _("time zone: %(old)s -> %(new)s"),
    'first': _("not before: %(old)s -> %(new)s"),
    'end': _("last day: %(old)s -> %(new)s"),
    'retention': _("keeps: %(old)s -> %(new)s"),
    'state': _("%(old)s -> %(new)s"),
}


def schedule_differences(
    old: Schedule, new: Schedule
) -> list[TranslatableText]:
    """A TranslatableText for each part that differs; [] when none does."""
    before, after = _part_texts(old), _part_texts(new)
    return [
        TranslatableText(title, {'old': before[part], 'new': after[part]})
        for part, title in _TITLES.items()
        if before[part] != after[part]
    ]


def _part_texts(schedule: Schedule) -> dict[str, str | TranslatableText]:
    """``{part: what it is, for people}``, the parts of _TITLES."""
    none = TranslatableText(_("none"))
    timing = recurrence_phrases.pattern_in_words(
        schedule.pattern, schedule.zone
    )
    params = {k: v for k, v in timing.params.items() if k != 'zone'}
    return {
        'timing': TranslatableText(timing.message, params),
        'zone': schedule.zone,
        'first': none if schedule.first is None else schedule.first,
        'end': none if schedule.end is None else schedule.end,
        'retention': _retention(schedule),
        'state': TranslatableText(
            _("paused") if schedule.paused else _("running")
        ),
    }


def _retention(schedule: Schedule) -> TranslatableText:
    if schedule.retention is None:
        return TranslatableText(_("as the plan"))
    return Retention.from_document(schedule.retention).words()
