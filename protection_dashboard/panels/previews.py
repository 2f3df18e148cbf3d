# SPDX-License-Identifier: Apache-2.0
"""The next runs of a schedule, as the cloud will count them."""

import dataclasses
import datetime

from django.utils.translation import gettext

from protection_dashboard import forms
from protection_dashboard import frequencies
from protection_dashboard import schedules
from protection_dashboard.panels import cells

COUNT = 5


@dataclasses.dataclass(frozen=True)
class Preview:
    """A schedule in words, its next runs, and when the clocks change.

    ``runs`` are aware datetimes; ``change`` is one too, or None.
    """

    words: str
    zone: str
    runs: list
    change: datetime.datetime | None = None
    error: str = ''

    @property
    def first(self):
        """When it runs first, as people say it."""
        return cells.when(self.runs[0])


def of_form(form, now):
    """The preview of a schedule form as it is shown."""
    if form.is_bound:
        return of_data(form.data, now)
    names = forms.TimingMixin.base_fields
    return of_data({name: form[name].value() for name in names}, now)


def of_data(data, now):
    """The preview of what was typed so far; an error instead of runs."""
    timing = forms.TimingForm(data)
    if not timing.is_valid():
        errors = [str(e) for listed in timing.errors.values() for e in listed]
        return Preview('', '', [], error=errors[0])
    clean = timing.cleaned_data
    return of_pattern(
        clean['pattern'], clean['zone'], clean['utc_pattern'], now
    )


def of_pattern(pattern, zone, utc_pattern, now):
    """The preview of an armed schedule: Mistral counts by utc_pattern."""
    return Preview(
        words=frequencies.in_words(pattern, zone).text(gettext),
        zone=zone,
        runs=schedules.next_runs(utc_pattern, 'UTC', now, COUNT),
        change=_shift(pattern, zone, utc_pattern, now),
    )


def _shift(pattern, zone, utc_pattern, now):
    """When the clocks change such that the local times move; else None."""
    change = schedules.zone_change(zone, now)
    if change is None:
        return None
    try:
        after = schedules.utc_pattern(pattern, zone, change[0])
    except schedules.InvalidSchedule:
        return change[0]
    return None if after == utc_pattern else change[0]
