# SPDX-License-Identifier: Apache-2.0
"""The part of a form that asks when a schedule runs.

The frequency and the cron pattern stay in step: a page shows what
:mod:`timing_values` makes of the other one. What is typed into the pattern
counts only with the frequency 'custom'; the script chooses that one.
"""

import datetime
import math

from django.utils.translation import gettext

from protection_dashboard.forms import timing_values
from protection_dashboard.forms import zone_choices
from protection_dashboard.forms.timing_fields import TimingFields
from protection_dashboard.recurrence import local_cron
from protection_dashboard.recurrence import phrases as recurrence_phrases
from protection_dashboard.recurrence.cron_fields import InvalidSchedule
from protection_dashboard.ui import request_user

_WHOLE_DAY = 'T23:59'


class TimingMixin(TimingFields):
    """When a schedule runs: a frequency or a cron pattern, in a zone.

    Cleaned, ``pattern`` and ``zone`` are what a schedule's wish holds, and
    ``wish`` is both with ``first`` and ``end`` where they were given.
    """

    #: the field that says when, by frequency
    SAYS_WHEN = {
        'hourly': 'minute',
        'daily': 'at',
        'weekly': 'at',
        'monthly': 'at',
        'custom': 'pattern',
    }

    def prepare_timing(self, wish=None):
        """Choices, and what to start with: a wish or a quiet moment."""
        self.fields['weekday'].choices = [
            (number, gettext(name))
            for number, name in enumerate(recurrence_phrases.WEEKDAYS)
        ]
        self.opened_timing = wish or {}
        self.fields['pattern'].note = _least()
        values = {
            **timing_values.proposal(request_user.zone()),
            **timing_values.of_wish(wish),
        }
        self.fields['zone'].choices = zone_choices.choices(values['zone'])
        for name, value in values.items():
            self.fields[name].initial = value

    def checked_timing(self, data):
        """Put pattern, zone and wish into the cleaned data."""
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
        same = (pattern, data['zone']) == (
            known.get('pattern'),
            known.get('zone'),
        )
        # an operator may have raised the limit since then
        least = 0 if same else request_user.minimum_interval()
        try:
            pattern = local_cron.check(pattern, data['zone'], least)
        except InvalidSchedule as error:
            self.add_error(says_when, error.words.text(gettext))
            return
        wish = {'pattern': pattern, 'zone': data['zone'], **self._span(data)}
        data.update(pattern=pattern, wish=wish)

    def _span(self, data):
        """First and end of a wish, as far as they are given."""
        found = {}
        if data.get('first'):
            found['first'] = data['first'].strftime(timing_values.LOCAL)
        if data.get('end'):
            known = self.opened_timing.get('end', '')
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


def _least():
    """What the operator allows, in a sentence."""
    minutes = math.ceil(request_user.minimum_interval() / 60)
    text = gettext("At least %d min between two runs.")
    return text % minutes if minutes > 1 else ''


class TimingForm(TimingMixin):
    """A timing alone, for the preview."""

    def __init__(self, *args, wish=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.prepare_timing(wish)

    def clean(self):
        return self.checked_timing(super().clean())
