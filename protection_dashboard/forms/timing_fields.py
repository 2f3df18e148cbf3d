# SPDX-License-Identifier: Apache-2.0
"""The part of a form that asks when a schedule runs.

The frequency and the cron pattern are kept equal: the page sets each of them
to what :func:`pattern_values` makes of the other one. A typed pattern is used
only with the frequency 'custom', which the script then selects.
"""

import datetime
import functools
import math
import zoneinfo

from django import forms
from django.core import validators
from django.utils import timezone
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from horizon import forms as horizon_forms

from protection_dashboard.common import clock
from protection_dashboard.recurrence import local_cron
from protection_dashboard.recurrence import local_time
from protection_dashboard.recurrence import occurrences
from protection_dashboard.recurrence import phrases as recurrence_phrases
from protection_dashboard.recurrence.cron import InvalidSchedule
from protection_dashboard.recurrence.schedule import Schedule
from protection_dashboard.schedules import validation as schedule_validation
from protection_dashboard.ui import request_user

#: a local time in a schedule and in a form
LOCAL_FORMAT = '%Y-%m-%dT%H:%M'
FREQUENCIES = (
    ('hourly', _("Hourly")),
    ('daily', _("Daily")),
    ('weekly', _("Weekly")),
    ('monthly', _("Monthly")),
    ('custom', _("Custom (cron)")),
)


def _in_range(earliest, latest):
    """Validators of a range with one message for both ends."""
    message = translation.gettext_lazy(local_time.OUT_OF_RANGE)
    return [
        validators.MinValueValidator(earliest, message),
        validators.MaxValueValidator(latest, message),
    ]


class LocalTimeField(forms.DateTimeField):
    """A local time in the zone that another field names."""

    def __init__(self, **kwargs):
        super().__init__(
            input_formats=[LOCAL_FORMAT, '%Y-%m-%d %H:%M'],
            widget=forms.DateTimeInput(
                format=LOCAL_FORMAT, attrs={'type': 'datetime-local'}
            ),
            validators=_in_range(
                local_time.EARLIEST_MOMENT,
                local_time.LATEST_MOMENT,
            ),
            **kwargs,
        )

    def to_python(self, value):
        # in the user's own zone there may be no such local time
        with timezone.override(datetime.UTC):
            return super().to_python(value)


def _shown_for(widget, **labels):
    """A widget that is shown for some frequencies only, with its labels."""
    widget.attrs.update({'class': 'switched', 'data-switch-on': 'frequency'})
    for frequency, label in labels.items():
        widget.attrs[f'data-frequency-{frequency}'] = label
    return widget


class TimingFields(forms.Form):
    """A frequency and a cron pattern, a zone, a first and a last day."""

    frequency = forms.ChoiceField(
        label=_("How Often"),
        choices=FREQUENCIES,
        widget=forms.Select(
            attrs={'class': 'switchable', 'data-slug': 'frequency'}
        ),
    )
    weekday = forms.TypedChoiceField(
        label=_("Day of the Week"),
        required=False,
        coerce=int,
        empty_value=1,
        widget=_shown_for(forms.Select(), weekly=_("Day of the Week")),
    )
    day = forms.IntegerField(
        label=_("Day of the Month"),
        required=False,
        min_value=1,
        max_value=31,
        help_text=_(
            "Day 31 is in seven months of a year, day 30 in eleven, day 29 in "
            "February of leap years only: it does not run in the others."
        ),
        widget=_shown_for(forms.NumberInput(), monthly=_("Day of the Month")),
    )
    at = forms.TimeField(
        label=_("At"),
        required=False,
        widget=_shown_for(
            forms.TimeInput(format='%H:%M', attrs={'type': 'time'}),
            daily=_("At"),
            weekly=_("At"),
            monthly=_("At"),
        ),
    )
    minute = forms.IntegerField(
        label=_("At Minute"),
        required=False,
        min_value=0,
        max_value=59,
        widget=_shown_for(forms.NumberInput(), hourly=_("At Minute")),
    )
    pattern = forms.CharField(
        label=_("Cron Pattern"),
        required=False,
        max_length=100,
        help_text=_(
            "Minute, hour, day of month, month, day of week. It follows the "
            "fields above; what you type here counts as Custom."
        ),
        widget=forms.TextInput(
            attrs={'autocomplete': 'off', 'data-protection-typed': 'custom'}
        ),
    )
    zone = horizon_forms.ThemableChoiceField(label=_("Time Zone"))
    first = LocalTimeField(
        label=_("Not Before"),
        required=False,
        help_text=_("In the time zone of the schedule. Empty: from now on."),
    )
    end = forms.DateField(
        label=_("Last Day"),
        required=False,
        help_text=_("No run after this day. Empty: it goes on."),
        validators=_in_range(
            local_time.EARLIEST.date(), local_time.LATEST.date()
        ),
        widget=forms.DateInput(format='%Y-%m-%d', attrs={'type': 'date'}),
    )


_WHOLE_DAY = 'T23:59'


class TimingMixin(TimingFields):
    """When a schedule runs: a frequency or a cron pattern, in a zone.

    Cleaned, ``pattern`` and ``zone`` are those of the schedule, and
    ``schedule`` is a Schedule without an id of both, with ``first`` and
    ``end`` where they were given.
    """

    #: frequency -> the field for its time
    SAYS_WHEN = {
        'hourly': 'minute',
        'daily': 'at',
        'weekly': 'at',
        'monthly': 'at',
        'custom': 'pattern',
    }

    def prepare_timing(self, schedule=None, seed=''):
        """Set choices and initial values: a Schedule or an off-peak time.

        ``seed`` is what the off-peak time depends on (:func:`time_seed`).
        """
        self.fields['weekday'].choices = [
            (number, gettext(name))
            for number, name in enumerate(recurrence_phrases.WEEKDAYS)
        ]
        self.opened_timing = schedule
        self.fields['pattern'].note = _minimum_interval_note()
        values = {
            **off_peak_values(request_user.time_zone_name(), seed),
            **initial_timing(schedule),
        }
        self.fields['zone'].choices = zone_choices(values['zone'])
        for name, value in values.items():
            self.fields[name].initial = value

    def checked_timing(self, data):
        """Put pattern, zone and schedule into the cleaned data."""
        frequency = data.get('frequency')
        says_when = self.SAYS_WHEN.get(frequency)
        needed = {says_when, 'day'} if frequency == 'monthly' else {says_when}
        for name in needed - {None}:
            if data.get(name) in (None, '') and name not in self.errors:
                self.add_error(name, gettext("This field is required."))
        if not self.errors.keys() & TimingMixin.base_fields.keys():
            self._check_timing(data, says_when)
        return data

    def _check_timing(self, data, says_when):
        known = self.opened_timing
        pattern = self._pattern(data)
        same = bool(known) and (pattern, data['zone']) == (
            known.pattern,
            known.zone,
        )
        # an operator may have raised the limit since then
        least = 0 if same else request_user.minimum_interval()
        try:
            pattern = local_cron.checked_pattern(pattern, data['zone'], least)
        except InvalidSchedule as error:
            self.add_error(says_when, error.words.text(gettext))
            return
        span = self._span(data)
        schedule = Schedule('', pattern, data['zone'], **span)
        data.update(pattern=pattern, schedule=schedule)
        if not self.errors and not self._has_a_run(schedule):
            text = gettext("It does not run before its last day.")
            self.add_error('end', text)

    def _has_a_run(self, schedule):
        """Whether it will run; one that has ended and stays so passes."""
        known = self.opened_timing
        stays = known and _timing(known) == _timing(schedule)
        if stays or not schedule.end:
            return True
        return occurrences.next_occurrence(schedule, clock.now()) is not None

    def _span(self, data):
        """``first`` and ``end`` of the schedule, as far as they are given."""
        found = {}
        if data.get('first'):
            found['first'] = data['first'].strftime(LOCAL_FORMAT)
        if data.get('end'):
            opened = self.opened_timing
            known = (opened and opened.end) or ''
            day = data['end'].isoformat()
            found['end'] = known if known[:10] == day else day + _WHOLE_DAY
        if found.get('first', '') > found.get('end', '9999'):
            text = gettext("The last day lies before the first run.")
            self.add_error('end', text)
        return found

    @staticmethod
    def _pattern(data):
        if data['frequency'] == 'custom':
            return data['pattern']
        at = data.get('at') or datetime.time()
        hourly = data['frequency'] == 'hourly'
        return recurrence_phrases.pattern_for(
            data['frequency'],
            minute=data['minute'] if hourly else at.minute,
            hour=at.hour,
            weekday=data.get('weekday') or 0,
            day=data.get('day') or 1,
        )


def _timing(schedule):
    return schedule.pattern, schedule.zone, schedule.first, schedule.end


def _minimum_interval_note():
    """The smallest interval that the operator allows, as a sentence."""
    minutes = math.ceil(request_user.minimum_interval() / 60)
    text = gettext("At least %d min between two runs.")
    return text % minutes if minutes > 1 else ''


class TimingForm(TimingMixin):
    """A timing alone, for the preview."""

    def __init__(self, *args, schedule=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.prepare_timing(schedule)

    def clean(self):
        return self.checked_timing(super().clean())


def pattern_values(pattern):
    """``{field: text}``: the fields that are equal to a pattern."""
    frequency, values = recurrence_phrases.frequency_of(pattern)
    found = {'frequency': frequency, 'pattern': pattern}
    if 'hour' in values:
        found['at'] = f'{values["hour"]:02}:{values["minute"]:02}'
    elif 'minute' in values:
        found['minute'] = str(values['minute'])
    days = {k: str(values[k]) for k in ('weekday', 'day') if k in values}
    return {**found, **days}


def initial_timing(schedule):
    """Initial values of the fields for a Schedule; {} for None.

    There is none for a field whose part of the schedule cannot be read.
    """
    if schedule is None:
        return {}
    unreadable = schedule_validation.unreadable_parts(schedule)
    found = pattern_values(schedule.pattern)
    if 'zone' not in unreadable:
        found['zone'] = schedule.zone
    if schedule.first is not None and 'first' not in unreadable:
        found['first'] = local_time.parse_local_time(schedule.first)
    end = '' if 'end' in unreadable else schedule.end or ''
    return {**found, 'end': end[:10]}


def time_seed(plan_id, schedules=()):
    """What the time of a plan's next schedule depends on, as text.

    ``schedules`` are those that it has: each gets a time of its own.
    """
    return f'{plan_id} {len(schedules)}'


def off_peak_values(zone, seed):
    """Initial values for the off-peak time of a seed, by field."""
    limits = request_user.operator_limits()
    hour, minute = recurrence_phrases.off_peak_time(
        seed, limits.spread_first_hour, limits.spread_minutes
    )
    return {
        'frequency': 'daily',
        'weekday': 0,
        'day': 1,
        'at': datetime.time(hour, minute),
        'minute': minute,
        'pattern': f'{minute} {hour} * * *',
        'zone': zone,
    }


@functools.cache
def _region_zones():
    # names without a region ('EST5EDT', 'Singapore') are aliases
    return sorted(z for z in zoneinfo.available_timezones() if '/' in z)


def zone_choices(first):
    """Choices for a select: the user's own zone, UTC, then all by name."""
    names = dict.fromkeys((first, 'UTC', *_region_zones()))
    return [(name, name.replace('_', ' ')) for name in names]
