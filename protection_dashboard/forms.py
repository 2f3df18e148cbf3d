# SPDX-License-Identifier: Apache-2.0
"""The parts that our forms are made of: a plan's name, a timing."""

import datetime
import random

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from horizon import forms as horizon_forms

from protection_dashboard import frequencies
from protection_dashboard import plans
from protection_dashboard import schedules
from protection_dashboard import tenant
from protection_dashboard import zone_choices

FREQUENCIES = (
    ('hourly', _("Hourly")),
    ('daily', _("Daily")),
    ('weekly', _("Weekly")),
    ('monthly', _("Monthly")),
    ('custom', _("Custom (cron)")),
)


class NameField(forms.CharField):
    """A name that no other plan of the project has."""

    def __init__(self, **kwargs):
        super().__init__(max_length=plans.LONGEST_NAME, **kwargs)
        self.taken = frozenset()

    def clean(self, value):
        name = super().clean(value)
        if name.lower() in self.taken:
            raise forms.ValidationError(
                gettext("A plan of this name exists: choose another one.")
            )
        return name


def free_name(wanted, names):
    """``wanted``, or the first of 'wanted 2', 'wanted 3'... that is free."""
    taken = {name.lower() for name in names}
    candidates = (
        wanted if count == 1 else f'{wanted} {count}'
        for count in range(1, len(taken) + 2)
    )
    return next(name for name in candidates if name.lower() not in taken)


def _shown(widget, **labels):
    """A widget that is shown for some frequencies, under their labels."""
    widget.attrs.update({'class': 'switched', 'data-switch-on': 'frequency'})
    for frequency, label in labels.items():
        widget.attrs[f'data-frequency-{frequency}'] = label
    return widget


class TimingMixin(forms.Form):
    """When a schedule runs: a frequency or a cron pattern, in a zone.

    Cleaned, ``pattern`` and ``zone`` are what a schedule's wish holds and
    ``utc_pattern`` is what Mistral counts by.
    """

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
        widget=_shown(forms.Select(), weekly=_("Day of the Week")),
    )
    day = forms.IntegerField(
        label=_("Day of the Month"),
        required=False,
        min_value=1,
        max_value=31,
        widget=_shown(forms.NumberInput(), monthly=_("Day of the Month")),
    )
    at = forms.TimeField(
        label=_("At"),
        required=False,
        widget=_shown(
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
        widget=_shown(forms.NumberInput(), hourly=_("At Minute")),
    )
    pattern = forms.CharField(
        label=_("Cron Pattern"),
        required=False,
        max_length=100,
        help_text=_("Minute, hour, day of month, month, day of week."),
        widget=_shown(forms.TextInput(), custom=_("Cron Pattern")),
    )
    zone = horizon_forms.ThemableChoiceField(label=_("Time Zone"))

    #: the field that says when, by frequency
    SAYS_WHEN = {
        'hourly': 'minute',
        'daily': 'at',
        'weekly': 'at',
        'monthly': 'at',
        'custom': 'pattern',
    }

    def prepare_timing(self):
        """Choices, and an off-peak moment of this very form to start with."""
        self.fields['weekday'].choices = [
            (number, gettext(name))
            for number, name in enumerate(frequencies.WEEKDAYS)
        ]
        self.fields['zone'].choices = zone_choices.choices(tenant.zone())
        hour, minute = frequencies.off_peak(random.SystemRandom())
        start = {
            'frequency': 'daily',
            'weekday': 0,
            'day': 1,
            'at': datetime.time(hour, minute),
            'minute': minute,
            'pattern': f'{minute} {hour} * * *',
            'zone': tenant.zone(),
        }
        for name, value in start.items():
            self.fields[name].initial = value

    def checked_timing(self, data):
        """Put pattern, zone and utc_pattern into the cleaned data."""
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
        try:
            pattern = schedules.check(
                self._pattern(data), data['zone'], tenant.minimum_interval()
            )
            now = datetime.datetime.now(datetime.UTC)
            utc = schedules.utc_pattern(pattern, data['zone'], now)
        except schedules.InvalidSchedule as error:
            self.add_error(says_when, error.words.text(gettext))
            return
        data.update(pattern=pattern, utc_pattern=utc)

    @staticmethod
    def _pattern(data):
        if data['frequency'] == 'custom':
            return data['pattern']
        at = data.get('at') or datetime.time()
        hourly = data['frequency'] == 'hourly'
        return frequencies.pattern_for(
            data['frequency'],
            minute=data['minute'] if hourly else at.minute,
            hour=at.hour,
            weekday=data.get('weekday') or 0,
            day=data.get('day') or 1,
        )


class TimingForm(TimingMixin):
    """A timing alone, for the preview."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.prepare_timing()

    def clean(self):
        return self.checked_timing(super().clean())
