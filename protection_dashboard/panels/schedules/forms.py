# SPDX-License-Identifier: Apache-2.0
"""The forms of schedules: of plans, and of the database client."""

import dataclasses

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from horizon import messages

from protection_dashboard import exceptions
from protection_dashboard.forms.limit_checks import add_limit_errors
from protection_dashboard.forms.option_fields import OptionsMixin
from protection_dashboard.forms.plan_name_field import PlanNameField
from protection_dashboard.forms.plan_name_field import unused_name
from protection_dashboard.forms.retention_fields import RetentionMixin
from protection_dashboard.forms.roles_field import RolesMixin
from protection_dashboard.forms.timing_fields import TimingMixin
from protection_dashboard.forms.timing_fields import time_seed
from protection_dashboard.plans import document as plan_document
from protection_dashboard.plans import service as plan_service
from protection_dashboard.recurrence.schedule import Schedule
from protection_dashboard.schedules import diff as schedule_diff
from protection_dashboard.schedules import service as schedule_service
from protection_dashboard.schedules import trove_client_conversion
from protection_dashboard.schedules import trove_client_schedules
from protection_dashboard.ui import request_user
from protection_dashboard.ui import signed_state
from protection_dashboard.ui import views as ui_views

_PURPOSE = 'schedule'


class PlanScheduleForm(
    TimingMixin, RetentionMixin, RolesMixin, OptionsMixin, ui_views.ServiceForm
):
    """A schedule of ``plan``; ``stored`` is the one to edit, or None.

    ``others`` are all plans of the project, for the operator's limits.
    """

    def __init__(self, request, plan, others, stored=None, **kwargs):
        super().__init__(request, **kwargs)
        self.plan, self.others = plan, others
        self.own_id = stored.id if stored else ''
        self.prepare_timing(stored, time_seed(plan.id, plan.schedules))
        own = stored.retention if stored else None
        self.prepare_retention(own, plan.document.get('retention', {}))
        self.prepare_roles()
        self.order_fields(
            [*TimingMixin.base_fields, *RetentionMixin.base_fields]
        )

    @property
    def other_schedules(self):
        """The schedules of the plan that it is not about."""
        return [one for one in self.plan.schedules if one.id != self.own_id]

    def clean(self):
        data = self.checked_timing(super().clean())
        retention = self.checked_retention(data)
        if not self.errors:
            timing = dataclasses.replace(data['schedule'], retention=retention)
            data['schedule'] = self.edited(timing)
            data['document'] = self._document_with(data['schedule'])
            add_limit_errors(self, data['document'], self.others)
        return data

    def edited(self, schedule):
        """The Schedule to save; ``schedule`` was typed and has no id yet."""
        raise NotImplementedError

    def _document_with(self, schedule):
        """The plan's document with the new or edited schedule in it."""
        schedules = {one['id']: one for one in self.plan.document['schedules']}
        schedules[schedule.id] = schedule.document()
        return {**self.plan.document, 'schedules': list(schedules.values())}


class AddScheduleForm(PlanScheduleForm):
    def edited(self, schedule):
        made = plan_document.new_schedule(schedule.pattern, schedule.zone)
        return dataclasses.replace(schedule, id=made.id)

    def act(self, cloud, data):
        schedule_service.schedule_add(
            cloud,
            self.plan,
            data['schedule'],
            all_roles=self.roles_confirmed(data),
        )
        text = gettext("Added a schedule to %s") % self.plan.name
        messages.success(self.request, text)
        return True


class EditScheduleForm(PlanScheduleForm):
    """Edits a schedule unless somebody else has changed it meanwhile.

    The hidden field ``opened`` holds the schedule, signed, as it was when the
    form was opened.
    """

    opened = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, request, schedule, others, **kwargs):
        self.stored = schedule.plan.schedule(schedule.id)
        super().__init__(
            request, schedule.plan, others, stored=self.stored, **kwargs
        )
        project_id = request_user.cloud(request).project_id
        self.fields['opened'].initial = signed_state.sign(
            self.stored.document(), project_id, _PURPOSE
        )

    def edited(self, schedule):
        stored = self.stored
        return dataclasses.replace(
            schedule, id=stored.id, paused=stored.paused
        )

    def act(self, cloud, data):
        self._refuse_if_changed(cloud, data['opened'])
        schedule_service.schedule_edit(
            cloud,
            self.plan,
            data['schedule'],
            all_roles=self.roles_confirmed(data),
        )
        text = gettext("Saved: schedule of %s") % self.plan.name
        messages.success(self.request, text)
        return True

    def _refuse_if_changed(self, cloud, opened):
        before = signed_state.verified(opened, cloud.project_id, _PURPOSE)
        seen = Schedule.from_document(before)
        changes = schedule_diff.schedule_differences(seen, self.stored)
        if changes:
            said = '; '.join(words.text(gettext) for words in changes)
            raise exceptions.Refused(
                gettext(
                    "Somebody else has changed this schedule meanwhile: %s. "
                    "Open the form again to go on from what is there now."
                )
                % said
            )


class DeleteScheduleForm(ui_views.ServiceForm):
    delete_plan = forms.BooleanField(
        label=_("Delete the plan as well"), required=False
    )

    def __init__(self, request, schedule, **kwargs):
        super().__init__(request, **kwargs)
        self.schedule = schedule
        if len(schedule.plan.schedules) > 1:
            del self.fields['delete_plan']
        else:
            self.fields['delete_plan'].initial = True

    def act(self, cloud, data):
        if data.get('delete_plan'):
            schedule_service.check_idle(cloud, self.schedule.plan)
            plan_service.plan_delete(cloud, self.schedule.plan)
        else:
            schedule_service.schedule_delete(
                cloud, self.schedule.plan, self.schedule.id
            )
        messages.success(
            self.request,
            gettext("Deleted: schedule of %s") % self.schedule.plan.name,
        )
        return True


class DeleteTroveScheduleForm(ui_views.ServiceForm):
    def __init__(self, request, schedule, **kwargs):
        super().__init__(request, **kwargs)
        self.schedule = schedule

    def act(self, cloud, data):
        trove_client_schedules.schedule_delete(cloud, self.schedule)
        messages.success(
            self.request, gettext("Deleted: schedule %s") % self.schedule.name
        )
        return True


class ConvertScheduleForm(
    RetentionMixin, RolesMixin, OptionsMixin, ui_views.ServiceForm
):
    """Asks for the name and the retention of the plan to make.

    ``document`` is the plan's, as far as the schedule determines it;
    ``others`` are all plans of the project.
    """

    plan_name = PlanNameField(label=_("Plan Name"))

    def __init__(self, request, schedule, document, others, **kwargs):
        super().__init__(request, **kwargs)
        self.schedule = schedule
        self.wanted, self.others = document, others
        names = [plan.name for plan in others]
        free = unused_name(document['name'], names)
        self.fields['plan_name'].initial = free
        self.fields['plan_name'].taken = {name.lower() for name in names}
        # such a schedule removes no backup: propose that if it is allowed
        self.prepare_retention(
            {} if request_user.operator_limits().keep_everything else None
        )
        self.prepare_roles()
        self.order_fields(['plan_name', *RetentionMixin.base_fields])

    def clean(self):
        data = super().clean()
        retention = self.checked_retention(data)
        if not self.errors:
            changes = {'name': data['plan_name'], 'retention': retention}
            data['document'] = {**self.wanted, **changes}
            add_limit_errors(self, data['document'], self.others)
        return data

    def act(self, cloud, data):
        plan, error = trove_client_conversion.convert(
            cloud,
            self.schedule,
            data['document'],
            all_roles=self.roles_confirmed(data),
        )
        if error:
            messages.warning(
                self.request, _both_run_warning(plan, self.schedule, error)
            )
        else:
            text = gettext("Converted into a plan: %s") % plan.name
            messages.success(self.request, text)
        return plan


def _both_run_warning(plan, schedule, error):
    return gettext(
        "The plan %(plan)s is armed, but the schedule %(schedule)s of the "
        "database client could not be deleted (%(reason)s): both run now. "
        "Delete the old one."
    ) % {'plan': plan.name, 'schedule': schedule.name, 'reason': str(error)}
