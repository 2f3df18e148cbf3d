# SPDX-License-Identifier: Apache-2.0
"""Forms that protect one resource, and those that end a plan."""

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from horizon import messages

from protection_dashboard import exceptions
from protection_dashboard import operations
from protection_dashboard import plans
from protection_dashboard.forms import NameField
from protection_dashboard.forms import OptionsMixin
from protection_dashboard.forms import TimingMixin
from protection_dashboard.forms import free_name
from protection_dashboard.panels import base


class ProtectForm(OptionsMixin, base.Form):
    """Protect a resource once, now."""

    def __init__(self, request, resource, protection, **kwargs):
        super().__init__(request, **kwargs)
        self.resource = resource
        self.protection = protection
        self.add_options(
            protection.options_schema, protection.defaults(resource)
        )

    def clean(self):
        data = super().clean()
        data['options'] = self.clean_options(data)
        return data

    def document(self, name, options, wishes=()):
        return plans.new(
            name, self.resource, self.protection.slug, options, wishes
        )

    def act(self, cloud, data):
        document = self.document(self.resource.label, data['options'])
        return operations.protect_now(cloud, document)


class ScheduleForm(TimingMixin, ProtectForm):
    """A plan for one resource with one schedule."""

    plan_name = NameField(label=_("Plan Name"))
    run_now = forms.BooleanField(
        label=_("Protect now, too"), required=False, initial=False
    )

    def __init__(self, request, resource, protection, names, **kwargs):
        super().__init__(request, resource, protection, **kwargs)
        self.prepare_timing()
        wanted = gettext("%s backup") % resource.label
        self.fields['plan_name'].initial = free_name(wanted, names)
        self.fields['plan_name'].taken = {name.lower() for name in names}
        options = list(protection.options_schema['properties'])
        timing = list(TimingMixin.base_fields)
        self.order_fields(['plan_name', *options, *timing, 'run_now'])

    def clean(self):
        return self.clean_timing(super().clean())

    def act(self, cloud, data):
        wish = plans.new_schedule(data['pattern'], data['zone'])
        document = self.document(data['plan_name'], data['options'], [wish])
        plan = operations.plan_create(cloud, document)
        messages.success(
            self.request, gettext("Scheduled: %s") % data['plan_name']
        )
        if data['run_now']:
            self._run_now(cloud, plan)
        return plan

    def _run_now(self, cloud, plan):
        try:
            operations.plan_run(cloud, plan)
        except exceptions.ProtectionError as error:
            messages.warning(
                self.request,
                gettext(
                    "The schedule is saved, but the run now did not start: %s"
                )
                % error,
            )


class DeletePlanForm(base.Form):
    """The end of a plan and its schedules."""

    def __init__(self, request, plan, **kwargs):
        super().__init__(request, **kwargs)
        self.plan = plan

    def act(self, cloud, data):
        operations.plan_delete(cloud, self.plan)
        messages.success(self.request, gettext("Deleted: %s") % self.plan.name)
        return True
