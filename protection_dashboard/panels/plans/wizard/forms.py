# SPDX-License-Identifier: Apache-2.0
"""The form of a plan, to create, edit and clone one.

It consists of steps; an error is shown at its step.
"""

import copy
import dataclasses

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from protection_dashboard import exceptions
from protection_dashboard.forms.notification_fields import NotificationMixin
from protection_dashboard.forms.plan_name_field import PlanNameField
from protection_dashboard.forms.retention_fields import RetentionMixin
from protection_dashboard.forms.roles_field import RolesMixin
from protection_dashboard.forms.timing_fields import TimingMixin
from protection_dashboard.forms.timing_fields import time_seed
from protection_dashboard.panels.plans.wizard import draft
from protection_dashboard.panels.plans.wizard import finish
from protection_dashboard.plans import document as plan_document
from protection_dashboard.plans import limits as plan_limits
from protection_dashboard.plans import schema as plan_schema
from protection_dashboard.plans import service as plan_service
from protection_dashboard.plans import validation as plan_validation
from protection_dashboard.recurrence.cron import InvalidSchedule
from protection_dashboard.ui import request_user
from protection_dashboard.ui import views as ui_views


class PlanForm(
    draft.PlanDraftMixin,
    RetentionMixin,
    NotificationMixin,
    ui_views.ServiceForm,
):
    """A plan's form, filled in with a PlanDocument.

    ``inventory`` is the project's Inventory, ``offers`` are the choices of
    options, ``preset`` keys of resources to tick besides. The field
    ``opened`` carries the document that the form was opened with, signed.
    """

    use_required_attribute = False
    #: whether ``document`` is that of a plan that there is
    is_of_stored_plan = False
    name = PlanNameField(label=_("Plan Name"))
    description = forms.CharField(
        label=_("Description"),
        required=False,
        strip=False,
        max_length=2000,
        widget=forms.Textarea(attrs={'rows': 3}),
    )
    time_limit = forms.IntegerField(
        label=_("Time Limit (Hours)"),
        required=False,
        min_value=1,
        max_value=8760,
        help_text=_("A run that still goes on after that time is ended."),
        widget=forms.NumberInput(
            attrs={'placeholder': plan_schema.DEFAULT_TIME_LIMIT}
        ),
    )
    promise = forms.IntegerField(
        label=_("Promised Age (Hours)"),
        required=False,
        min_value=1,
        max_value=8760,
        help_text=_(
            "The newest copy is never to be older. Without it: 1.5 times the "
            "interval of the schedules."
        ),
    )
    opened = forms.CharField(widget=forms.HiddenInput)
    #: names of the fields of each step
    STEPS = {
        'name': ('name', 'description'),
        'resources': (),
        'options': ('time_limit', 'promise'),
        'schedule': (),
        'retention': tuple(RetentionMixin.base_fields),
        'notification': tuple(NotificationMixin.base_fields),
        'review': (),
    }

    def __init__(
        self, request, *, document, seal, inventory, offers, preset, **kwargs
    ):
        super().__init__(request, **kwargs)
        self.fields['opened'].initial = seal
        self.document, self.inventory = document, inventory
        self.offers, self.preset = offers, preset
        for name in ('name', 'description', 'time_limit', 'promise'):
            self.fields[name].initial = document.get(name)
        self.fields['name'].taken = {
            plan.name.lower()
            for plan in inventory.plans
            if plan.id != document['id']
        }
        self.prepare_retention(self.first_retention)
        self.prepare_notification(
            document.get('notification'), request_user.cloud(request)
        )

    @property
    def first_retention(self):
        """The initial retention; None for the operator's default."""
        return self.document.get('retention')

    def clean(self):
        data = super().clean()
        retention = self.checked_retention(data)
        changed = {
            'name': data.get('name'),
            'description': self._description(data),
            'resources': self.entries,
            'methods': self.methods(data.get('name') or ''),
            'selectors': self.selectors,
            'exclusions': self.exclusions,
            'retention': retention,
            'notification': self.checked_notification(data),
            'time_limit': data.get('time_limit'),
            'promise': data.get('promise'),
        }
        data['document'] = self.changed_document(changed)
        data['schedules'] = self.schedules(data)
        if self.is_right:
            self._check({**data['document'], 'schedules': data['schedules']})
        return data

    @staticmethod
    def _description(data):
        """The description with "\\n" as line ends; browsers send others."""
        return (data.get('description') or '').replace('\r\n', '\n')

    def changed_document(self, changed):
        """The document with the changes of the form, without empty parts."""
        found = copy.deepcopy(self.document)
        for part, value in changed.items():
            if value or part == 'resources':
                found[part] = value
            else:
                found.pop(part, None)
        return found

    def schedules(self, data):
        """All schedules of the plan as ScheduleDocuments."""
        return self.document['schedules']

    def _check(self, document):
        """Check the whole document by its schema and the operator's limits."""
        try:
            plan_validation.check_document(document)
            found = plan_limits.exceeded_limits(
                document, self.inventory.plans, request_user.operator_limits()
            )
        except InvalidSchedule as error:
            self.problems['schedule'].append(error.words.text(gettext))
        except exceptions.Refused as error:
            self.problems['review'].append(str(error))
        else:
            self.problems['review'] += [w.text(gettext) for w in found]

    @property
    def is_right(self):
        """Whether no error is known so far."""
        return not self.errors and not any(self.problems.values())

    def is_valid(self):
        return super().is_valid() and self.is_right

    def step_problems(self, step):
        """The errors of a step, as sentences."""
        if not self.is_bound:
            return []
        whole = self.refusals if step == 'review' else ()
        return [*self._field_lines(step), *self.problems[step], *whole]

    def first_wrong(self, step):
        """The name of the step's first field with an error, or ''."""
        names = (name for name in self.fields if name in self.STEPS[step])
        wrong = (
            name for name in names if self.is_bound and self.errors.get(name)
        )
        return next(wrong, '')

    def forget_errors(self):
        """Show what was typed without errors: nobody has sent it yet."""
        self.problems.clear()
        for form in (self, *self.blocks.values(), *self.rows.forms):
            form.errors.clear()

    @property
    def refusals(self):
        """What the services refused when it was saved, as sentences."""
        return self.non_field_errors() if self.is_bound else ()

    def _field_lines(self, step):
        for name in self.STEPS[step]:
            for error in self.errors.get(name, ()):
                yield f'{self.fields[name].label}: {error}'

    def in_step(self, step):
        """The bound fields of a step."""
        return [self[name] for name in self.STEPS[step] if name in self.fields]


NO_SCHEDULE = 'none'


class CreatePlanForm(TimingMixin, RolesMixin, PlanForm):
    """The form of a new plan, which also asks for a schedule, or none."""

    STEPS = {
        **PlanForm.STEPS,
        'schedule': (*TimingMixin.base_fields, *RolesMixin.base_fields),
    }

    def __init__(self, request, **kwargs):
        super().__init__(request, **kwargs)
        known = self.document
        seed = time_seed(known['id'], known['schedules'])
        self.prepare_timing(seed=seed)
        self.prepare_roles()
        frequency = self.fields['frequency']
        none = (NO_SCHEDULE, gettext("No schedule"))
        frequency.choices = [none, *frequency.choices]

    def clean(self):
        data = super().clean()
        self.require_roles(data, data['schedules'])
        return data

    def schedules(self, data):
        return [*self.document['schedules'], *self.chosen(data)]

    def chosen(self, data):
        """A list of the chosen schedule, empty for none."""
        if data.get('frequency') == NO_SCHEDULE:
            for name in TimingMixin.base_fields.keys() & self.errors.keys():
                del self.errors[name]
            return []
        timing = self.checked_timing(data).get('schedule')
        if not timing or self.errors.keys() & TimingMixin.base_fields.keys():
            return []
        made = plan_document.new_schedule(timing.pattern, timing.zone)
        return [dataclasses.replace(timing, id=made.id).document()]

    def act(self, cloud, data):
        return finish.create_plan(
            self.request,
            cloud,
            data['document'],
            data['schedules'],
            run=self.data.get('finish') == 'run',
            all_roles=self.roles_confirmed(data),
        )


class ClonePlanForm(CreatePlanForm):
    """The form of a copy: it has the schedules of the other plan, paused."""

    take = forms.BooleanField(
        label=_("Take the schedules over, paused"),
        required=False,
        initial=True,
    )
    STEPS = {
        **CreatePlanForm.STEPS,
        'schedule': ('take', *CreatePlanForm.STEPS['schedule']),
    }

    def __init__(self, request, **kwargs):
        super().__init__(request, **kwargs)
        self.fields['frequency'].initial = NO_SCHEDULE
        if not self.document['schedules']:
            del self.fields['take']

    def schedules(self, data):
        taken = self.document['schedules'] if data.get('take') else []
        return [*taken, *self.chosen(data)]


class EditPlanForm(PlanForm):
    """The form of an existing plan; refuses if another user saved it."""

    is_of_stored_plan = True

    @property
    def first_retention(self):
        return self.document.get('retention', {})

    def act(self, cloud, data):
        return plan_service.plan_update(cloud, self.document, data['document'])
