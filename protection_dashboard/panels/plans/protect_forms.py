# SPDX-License-Identifier: Apache-2.0
"""Forms that protect one resource: now, or by a schedule."""

import dataclasses

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from horizon import messages

from protection_dashboard import exceptions
from protection_dashboard.executions import service as execution_service
from protection_dashboard.forms.limit_checks import add_limit_errors
from protection_dashboard.forms.option_fields import MethodsMixin
from protection_dashboard.forms.plan_name_field import PlanNameField
from protection_dashboard.forms.plan_name_field import unused_name
from protection_dashboard.forms.retention_fields import RetentionMixin
from protection_dashboard.forms.timing_fields import TimingMixin
from protection_dashboard.plans import document as plan_document
from protection_dashboard.plans import service as plan_service
from protection_dashboard.ui import views as ui_views


class ProtectResourceForm(MethodsMixin, ui_views.ServiceForm):
    """Protect a resource once, now.

    ``methods`` are of :func:`methods.methods_for`; ``offers`` are
    :class:`choices.FormChoices`. With a sentence in ``trouble`` it keeps what was typed and does nothing.
    """

    def __init__(
        self, request, resource, methods, offers, trouble='', **kwargs
    ):
        super().__init__(request, **kwargs)
        self.resource = resource
        usable = [m.protection for m in methods if not m.reason]
        self.no_method_reason = '' if usable else _no_method_reason(methods)
        self.trouble = trouble or self.no_method_reason
        # a form that was sent has its values
        initial = (
            {} if trouble else {p.slug: p.defaults(resource) for p in usable}
        )
        self.add_methods(methods, initial, offers)

    def clean(self):
        data = super().clean()
        if self.trouble:
            self.api_error(self.trouble)
        data['protection'], data['options'] = self.checked_method(data)
        return data

    def document(self, name, data, schedules=()):
        return plan_document.new_plan_document(
            name,
            self.resource,
            data['protection'].slug,
            data['options'],
            schedules,
        )

    def act(self, cloud, data):
        document = self.document(self.resource.label, data)
        return execution_service.protect_now(cloud, document)


def _no_method_reason(methods):
    if not methods:
        return gettext("Nothing that is installed here can protect it.")
    return ' '.join(f'{m.protection.name}: {m.reason}' for m in methods)


class ScheduleResourceForm(TimingMixin, RetentionMixin, ProtectResourceForm):
    """A plan for one resource with one schedule; ``others`` are all plans."""

    plan_name = PlanNameField(label=_("Plan Name"))
    run_now = forms.BooleanField(
        label=_("Protect now, too"), required=False, initial=False
    )

    def __init__(self, request, resource, *, others, **kwargs):
        super().__init__(request, resource, **kwargs)
        self.others = others
        self.prepare_timing()
        self.prepare_retention()
        wanted = gettext("%s backup") % resource.label
        names = [plan.name for plan in others]
        self.fields['plan_name'].initial = unused_name(wanted, names)
        self.fields['plan_name'].taken = {name.lower() for name in names}
        timing, keep = TimingMixin.base_fields, RetentionMixin.base_fields
        self.order_fields(
            ['plan_name', *self.method_fields, *timing, *keep, 'run_now']
        )

    def clean(self):
        data = self.checked_timing(super().clean())
        retention = self.checked_retention(data)
        if not self.errors:
            data['document'] = self._document(data, retention)
            add_limit_errors(self, data['document'], self.others)
        return data

    def _document(self, data, retention):
        made = plan_document.new_schedule(data['pattern'], data['zone'])
        schedule = dataclasses.replace(data['schedule'], id=made.id)
        document = self.document(data['plan_name'], data, [schedule])
        return {**document, 'retention': retention}

    def act(self, cloud, data):
        plan = plan_service.plan_create(cloud, data['document'])
        messages.success(
            self.request, gettext("Scheduled: %s") % data['plan_name']
        )
        if data['run_now']:
            self._run_now(cloud, plan)
        return plan

    def _run_now(self, cloud, plan):
        try:
            execution_service.execute_plan(cloud, plan)
        except exceptions.ProtectionError as error:
            messages.warning(
                self.request,
                gettext(
                    "The schedule is saved, but the run now did not start: %s"
                )
                % error,
            )
