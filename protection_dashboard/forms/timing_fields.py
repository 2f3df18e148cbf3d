# SPDX-License-Identifier: Apache-2.0
"""The fields that ask when a schedule runs."""

import datetime

from django import forms
from django.core import validators
from django.utils import timezone
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from horizon import forms as horizon_forms

from protection_dashboard.forms import timing_values
from protection_dashboard.recurrence import local_time

FREQUENCIES = (
    ('hourly', _("Hourly")),
    ('daily', _("Daily")),
    ('weekly', _("Weekly")),
    ('monthly', _("Monthly")),
    ('custom', _("Custom (cron)")),
)


def _in_range(earliest, latest):
    """Validators that say in the same words what is out of a form's range."""
    message = translation.gettext_lazy(local_time.OUT_OF_RANGE)
    return [
        validators.MinValueValidator(earliest, message),
        validators.MaxValueValidator(latest, message),
    ]


class LocalTimeField(forms.DateTimeField):
    """A time on the clocks of the zone that another field names."""

    def __init__(self, **kwargs):
        super().__init__(
            input_formats=[timing_values.LOCAL, '%Y-%m-%d %H:%M'],
            widget=forms.DateTimeInput(
                format=timing_values.LOCAL, attrs={'type': 'datetime-local'}
            ),
            validators=_in_range(
                local_time.EARLIEST_MOMENT,
                local_time.LATEST_MOMENT,
            ),
            **kwargs,
        )

    def to_python(self, value):
        # on the user's own clocks there may be no such time
        with timezone.override(datetime.UTC):
            return super().to_python(value)


def _shown(widget, **labels):
    """A widget that is shown for some frequencies, under their labels."""
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
