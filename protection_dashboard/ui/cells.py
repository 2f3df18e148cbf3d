# SPDX-License-Identifier: Apache-2.0
"""The content of table cells: times, states, links, as text or HTML."""

import collections
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
import datetime
from typing import Any
from typing import Protocol

from django.utils import formats
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.safestring import mark_safe
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from protection_dashboard import plugins
from protection_dashboard.executions import cancellation
from protection_dashboard.executions import records as execution_records
from protection_dashboard.plans.schema import PinDocument
from protection_dashboard.protections.base import AVAILABLE
from protection_dashboard.protections.base import ERROR
from protection_dashboard.protections.base import UNKNOWN_TIME
from protection_dashboard.recovery_points import pins
from protection_dashboard.recurrence import phrases as recurrence_phrases
from protection_dashboard.ui import addresses
from protection_dashboard.ui.markup import StrOrPromise
from protection_dashboard.ui.markup import format_html
from protection_dashboard.ui.markup import format_html_join
from protection_dashboard.workflows import result_states

#: the names in both versions of Font Awesome; each ignores the other's
CLOCK = 'clock fa-clock-o'


NONE = '-'
#: whether a point is kept -> (icon, Bootstrap's colour)
_VERDICTS = {True: ('lock', 'success'), False: ('trash', 'warning')}
_FORMAT = '%a %d %b %Y %H:%M:%S'
#: state -> (icon, Bootstrap's colour, word)
STATES = {
    execution_records.SUCCESS: ('check-circle', 'success', _("Success")),
    execution_records.ERROR: ('times-circle', 'danger', _("Failed")),
    execution_records.LOST: ('times-circle', 'danger', _("Lost")),
    execution_records.RUNNING: ('spinner fa-spin', 'info', _("Running")),
    execution_records.IDLE: ('hourglass-start', 'info', _("Waiting")),
    execution_records.PAUSED: ('pause-circle', 'warning', _("Paused")),
    execution_records.CANCELLED: ('ban', 'warning', _("Cancelled")),
    execution_records.SKIPPED: ('forward', 'warning', _("Skipped")),
    result_states.OK: ('check-circle', 'success', _("Done")),
    result_states.FAILED: ('times-circle', 'danger', _("Failed")),
    result_states.PENDING: ('spinner fa-spin', 'info', _("Under way")),
    result_states.SKIPPED: ('forward', 'warning', _("Skipped")),
    cancellation.BEGUN: (
        'arrow-right',
        'info',
        _("Started: goes on in the service"),
    ),
    cancellation.NOT_STARTED: ('ban', 'warning', _("Not started")),
    cancellation.NOT_RECORDED: (
        'question-circle',
        'warning',
        _("Not recorded: its project can see it"),
    ),
    'removed': ('trash', 'muted', _("Removed")),
    'sent': ('check-circle', 'success', _("Sent")),
    'refused': ('ban', 'danger', _("Refused")),
    AVAILABLE: ('check-circle', 'success', _("Available")),
    ERROR: ('times-circle', 'danger', _("Error")),
    'armed': (CLOCK, 'success', _("Armed")),
    'paused': ('pause-circle', 'warning', _("Paused")),
    'ended': ('flag-checkered', 'muted', _("Ended")),
    'late': ('exclamation-triangle', 'warning', _("Late")),
    'unarmed': ('exclamation-triangle', 'danger', _("Not armed")),
    'unreadable': ('question-circle', 'danger', _("Cannot be read")),
}


class _Schedule(Protocol):
    """An object with a cron pattern and the name of its time zone."""

    @property
    def pattern(self) -> str: ...

    @property
    def zone(self) -> str: ...


def local_time(at: datetime.datetime) -> str:
    """An aware time in full, in the user's time zone."""
    if at == UNKNOWN_TIME:
        return gettext("Unknown")
    zone = timezone.get_current_timezone()
    return f"{at.astimezone(zone):{_FORMAT}} {zone}"


def relative_time(at: datetime.datetime | None) -> str:
    """A time such as "2 h 5 min ago"; in the tooltip the user's time and UTC.

    None gives '-', UNKNOWN_TIME "Unknown".
    """
    if at is None or at == UNKNOWN_TIME:
        return NONE if at is None else gettext("Unknown")
    return _time_element(at, _distance_text(at - timezone.now()))


def coming_time(at: datetime.datetime | None) -> str:
    """A time to come: "today 23:46, in 1 h 53 min", as ``relative_time``."""
    if at is None or at == UNKNOWN_TIME:
        return relative_time(at)
    words = {
        'clock': _clock_text(timezone.localtime(at), timezone.localdate()),
        'distance': _distance_text(at - timezone.now()),
    }
    return _time_element(at, gettext("%(clock)s, %(distance)s") % words)


def _time_element(at: datetime.datetime, text: str) -> SafeString:
    utc = f'{at.astimezone(datetime.UTC):{_FORMAT}} UTC'
    both = dict.fromkeys([local_time(at), utc])
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        at.astimezone(datetime.UTC).isoformat(),
        ' = '.join(both),
        text,
    )


def _clock_text(local: datetime.datetime, today: datetime.date) -> str:
    """A local time as people say it: "today 23:46", "Mon 23:46"."""
    days = (local.date() - today).days
    clock = f'{local:%H:%M}'
    if days in _DAYS:
        return _DAYS[days] % clock
    if 0 < days < _WEEK:
        return formats.date_format(local, 'D H:i')
    same_year = local.year == today.year
    return formats.date_format(local, 'j M H:i' if same_year else 'j M Y H:i')


_DAYS = {0: _("today %s"), 1: _("tomorrow %s")}
_WEEK = 7


def _distance_text(delta: datetime.timedelta) -> str:
    """How far a moment is from now: "in 1 h 53 min", "2 days ago", "now"."""
    span = span_text(abs(delta))
    if not span:
        return gettext("now")
    is_past = delta < datetime.timedelta()
    return (gettext("%s ago") if is_past else gettext("in %s")) % span


def span_text(span: datetime.timedelta) -> str:
    """A time span in at most two units: '12 s', '1 h 53 min', '3 days 4 h'.

    What is less than the smaller unit is left out, as of a clock; '' for less
    than a second. From a week on days are rounded.
    """
    if span.days >= _WEEK:
        return _days_text(round(span / datetime.timedelta(days=1)))
    hours, minutes = span.seconds // 3600, span.seconds // 60 % 60
    parts = {
        gettext("%d h"): hours,
        gettext("%d min"): 0 if span.days else minutes,
        gettext("%d s"): 0 if hours or minutes or span.days else span.seconds,
    }
    texts = [text % count for text, count in parts.items() if count]
    return ' '.join([_days_text(span.days), *texts] if span.days else texts)


def _days_text(count: int) -> str:
    return ngettext("%d day", "%d days", count) % count


def state_label(word: str, text: str | None = None) -> SafeString:
    """A key of STATES as an icon and a word, not as a colour alone."""
    icon, colour, known = STATES.get(word, ('circle', 'muted', word))
    return icon_label(icon, colour, text or known)


def icon_label(icon: str, colour: str, word: StrOrPromise) -> SafeString:
    """An icon of Font Awesome in a colour of Bootstrap's, and a word."""
    return format_html(
        '<span class="text-nowrap"><span class="fa fa-{} text-{}" '
        'aria-hidden="true"></span> {}</span>',
        icon,
        colour,
        word,
    )


def duration_text(delta: datetime.timedelta) -> str:
    """A time span in words: '4 s', '12 min', '3 h 5 min'."""
    seconds = max(0, int(delta.total_seconds()))
    minutes, hours = seconds // 60, seconds // 3600
    if hours:
        return gettext("%(hours)d h %(minutes)d min") % {
            'hours': hours,
            'minutes': minutes % 60,
        }
    if minutes:
        return gettext("%d min") % minutes
    return gettext("%d s") % seconds


def run_summary(run: Any) -> str:
    """The state of an execution and when it started, linked to its page."""
    if run is None:
        return gettext("None yet")
    address = addresses.execution_page(run.id)
    return run_link(address, state_label(run.shown_state), run.started)


def run_link(
    address: str, label: str, started: datetime.datetime | None
) -> SafeString:
    """The state of a run as a link, and when it started."""
    return format_html(
        '<a href="{}">{}</a>&ensp;{}', address, label, relative_time(started)
    )


def schedule_text(schedule: _Schedule) -> str:
    """A schedule as a sentence, with its zone unless that is the user's."""
    text = recurrence_phrases.pattern_in_words(
        schedule.pattern, schedule.zone
    ).text(gettext)
    if schedule.zone == timezone.get_current_timezone_name():
        return text
    return f"{text} ({schedule.zone})"


def stacked(texts: Iterable[str]) -> SafeString:
    """Texts as HTML lines, one below the other."""
    return format_html_join(mark_safe('<br>'), '{}', ((t,) for t in texts))


def resources_text(resources: Sequence[Mapping[str, Any]]) -> str:
    """The number of resources of each type, or the name of the only one.

    ``resources`` are those of a plan document.
    """
    if len(resources) == 1:
        return resources[0]['name'] or resources[0]['id']
    counts = collections.Counter(entry['type'] for entry in resources)
    return ', '.join(
        f'{count} × {type_name(slug)}' for slug, count in counts.most_common()
    )


def type_name(slug: str) -> str:
    """The translated name of a resource type, by its protectable's slug."""
    known = plugins.protectables().get(slug)
    return gettext(known.name) if known else slug


def size_text(gibibytes: int | None) -> str:
    """A size in GiB, with a no-break space before the unit."""
    if gibibytes is None:
        return NONE
    return (gettext("%d GiB") % gibibytes).replace(' ', '\xa0')


def pin_label(pin: PinDocument | None) -> str:
    """The word Pinned, with the note and who pinned it as tooltip."""
    if not pin:
        return NONE
    return format_html(
        '<span class="text-nowrap" title="{}"><span class="fa fa-thumb-tack" '
        'aria-hidden="true"></span> {}</span>',
        pin_text(pin),
        gettext("Pinned"),
    )


def pin_text(pin: PinDocument) -> str:
    """A pin's note, who pinned the point, and when, in one line."""
    at = pins.pinned_at(pin)
    when = local_time(at) if at else None
    parts = [pin['note'], pin.get('by'), when]
    return ', '.join(filter(None, parts)) or gettext("without a note")


def verdict_label(found: Any) -> SafeString:
    """A Verdict as an icon and words: whether a point is kept, and why."""
    icon, colour = _VERDICTS[found.keep]
    return format_html(
        '<span class="fa fa-{} text-{}" aria-hidden="true"></span> {}',
        icon,
        colour,
        capfirst(found.words.text(gettext)),
    )
