# SPDX-License-Identifier: Apache-2.0
"""The forms that create, clone and edit a plan."""

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from protection_dashboard.forms.timing_mixin import TimingMixin
from protection_dashboard.panels.plans.wizard import finish
from protection_dashboard.panels.plans.wizard.forms import PlanForm
from protection_dashboard.plans import document as plan_document
from protection_dashboard.plans import service as plan_service

NO_SCHEDULE = 'none'


class TimedForm(TimingMixin, PlanForm):
    """The form of a new plan: it chooses a schedule, too, or none."""

    STEPS = {**PlanForm.STEPS, 'schedule': tuple(TimingMixin.base_fields)}

    def __init__(self, request, **kwargs):
        super().__init__(request, **kwargs)
        self.prepare_timing()
        frequency = self.fields['frequency']
        none = (NO_SCHEDULE, gettext("No schedule"))
        frequency.choices = [none, *frequency.choices]

    def wishes(self, data):
        return [*self.document['schedules'], *self.chosen(data)]

    def chosen(self, data):
        """The schedule that was chosen, in a list, unless it is none."""
        if data.get('frequency') == NO_SCHEDULE:
            for name in TimingMixin.base_fields.keys() & self.errors.keys():
                del self.errors[name]
            return []
        wish = self.checked_timing(data).get('wish')
        if not wish or self.errors.keys() & TimingMixin.base_fields.keys():
            return []
        made = plan_document.new_schedule(wish['pattern'], wish['zone'])
        return [{**made, **wish}]

    def act(self, cloud, data):
        return finish.create(
            self.request,
            cloud,
            data['document'],
            data['wishes'],
            run=self.data.get('finish') == 'run',
        )


class CloneForm(TimedForm):
    """Of a copy: the schedules of the other plan come along, paused."""

    take = forms.BooleanField(
        label=_("Take the schedules over, paused"),
        required=False,
        initial=True,
    )
    STEPS = {
        **TimedForm.STEPS,
        'schedule': ('take', *TimedForm.STEPS['schedule']),
    }

    def __init__(self, request, **kwargs):
        super().__init__(request, **kwargs)
        self.fields['frequency'].initial = NO_SCHEDULE
        if not self.document['schedules']:
            del self.fields['take']

    def wishes(self, data):
        taken = self.document['schedules'] if data.get('take') else []
        return [*taken, *self.chosen(data)]


class EditForm(PlanForm):
    """Of a plan that is there; it refuses when somebody else saved it."""

    @property
    def first_retention(self):
        return self.document.get('retention', {})

    def act(self, cloud, data):
        return plan_service.plan_update(cloud, self.document, data['document'])
