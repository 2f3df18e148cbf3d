# SPDX-License-Identifier: Apache-2.0
"""The next runs of a schedule at local times, whatever the season."""

from collections.abc import Iterable
from collections.abc import Mapping
import dataclasses
import datetime
import itertools
import json
from typing import Any

from django.forms import BoundField
from django.forms import Form
from django.forms import Select
from django.forms import SelectMultiple
from django.utils import timezone
from django.utils.translation import gettext

from protection_dashboard.forms import timing_fields
from protection_dashboard.forms.timing_fields import TimingForm
from protection_dashboard.recurrence import occurrences
from protection_dashboard.recurrence import phrases as recurrence_phrases
from protection_dashboard.recurrence import timezones
from protection_dashboard.recurrence.schedule import Schedule
from protection_dashboard.schedules import coincidence
from protection_dashboard.ui import cells

RUN_COUNT = 5


MAX_MEETINGS = 5


@dataclasses.dataclass(frozen=True)
class PreviewedMeeting:
    """Another schedule of the plan in words, and when they meet (aware)."""

    words: str
    moment: datetime.datetime


@dataclasses.dataclass(frozen=True)
class SchedulePreview:
    """A schedule in words and its next runs, aware datetimes.

    ``values`` are those of the fields that are equal to the pattern, by name.
    ``meetings`` are PreviewedMeetings, the next ones first. A paused schedule
    has no runs.
    """

    words: str = ''
    zone: str = ''
    runs: tuple = ()
    values: dict = dataclasses.field(default_factory=dict)
    error: str = ''
    meetings: tuple = ()
    is_paused: bool = False

    @property
    def first(self) -> str:
        """The time of the first run, in words and in the schedule's zone."""
        with timezone.override(timezones.zone_by_name(self.zone)):
            return cells.coming_time(self.runs[0])

    @property
    def values_as_json(self) -> str:
        return json.dumps(self.values)


def form_preview(form: Form, now: datetime.datetime) -> SchedulePreview:
    """The preview of the timing in a form, bound or not."""
    if form.is_bound:
        return data_preview(form.data, now)
    return data_preview(initial_data(form), now)


def initial_data(form: Form) -> dict[str, Any]:
    """The data that a browser would send of an untouched form."""
    found = {bound.html_name: _initial_value(bound) for bound in form}
    return {name: v for name, v in found.items() if v not in (None, False)}


def _initial_value(bound: BoundField) -> Any:
    value = bound.value()
    widget = bound.field.widget
    select = isinstance(widget, Select) and not isinstance(
        widget, SelectMultiple
    )
    if value is None and select and bound.field.choices:
        return bound.field.choices[0][0]
    return value


def data_preview(
    data: Mapping[str, Any],
    now: datetime.datetime,
    others: Iterable[Schedule] = (),
) -> SchedulePreview:
    """The preview of what was typed so far; an error instead of runs.

    ``others`` are the other schedules of the plan.
    """
    timing = TimingForm(data)
    if not timing.is_valid():
        errors = [str(e) for listed in timing.errors.values() for e in listed]
        return SchedulePreview(error=errors[0])
    return preview_for_schedule(timing.cleaned_data['schedule'], now, others)


def preview_for_schedule(schedule, now, others=()):
    """The preview of a Schedule; InvalidSchedule when it cannot be read.

    ``others`` are schedules of the plan; one with the same id, and what is
    paused, does not count.
    """
    pattern, zone = schedule.pattern, schedule.zone
    due = occurrences.occurrences(schedule, now)
    runs = tuple(itertools.islice(due, RUN_COUNT))
    return SchedulePreview(
        words=recurrence_phrases.pattern_in_words(pattern, zone).text(gettext),
        zone=zone,
        runs=() if schedule.paused else runs,
        values=timing_fields.pattern_values(pattern),
        error='' if runs else gettext("It does not run before its last day."),
        meetings=tuple(_meetings(schedule, others, now)),
        is_paused=schedule.paused,
    )


def _meetings(schedule, others, now):
    if schedule.paused:
        return
    found = coincidence.next_meetings(schedule, others, now)
    for other, moment in found[:MAX_MEETINGS]:
        yield PreviewedMeeting(cells.schedule_text(other), moment)
