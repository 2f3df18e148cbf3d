# SPDX-License-Identifier: Apache-2.0
"""The pages that protect one resource: now, or by a schedule."""

import dataclasses
from typing import Any
import uuid

from django import forms
from django import urls
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from horizon import messages

from protection_dashboard import exceptions
from protection_dashboard import plugins
from protection_dashboard.common import concurrency
from protection_dashboard.executions import service as execution_service
from protection_dashboard.forms import form_preview
from protection_dashboard.forms import schema_form
from protection_dashboard.forms.limit_checks import add_limit_errors
from protection_dashboard.forms.option_fields import MethodsMixin
from protection_dashboard.forms.plan_name_field import PlanNameField
from protection_dashboard.forms.plan_name_field import unused_name
from protection_dashboard.forms.retention_fields import RetentionMixin
from protection_dashboard.forms.roles_field import RolesMixin
from protection_dashboard.forms.timing_fields import TimingMixin
from protection_dashboard.forms.timing_fields import time_seed
from protection_dashboard.plans import document as plan_document
from protection_dashboard.plans import service as plan_service
from protection_dashboard.protectables.base import Resource
from protection_dashboard.protections import methods
from protection_dashboard.protections import pickers
from protection_dashboard.schemas.choices import FormChoices
from protection_dashboard.ui import request_user
from protection_dashboard.ui import signed_state
from protection_dashboard.ui import views as ui_views


class ProtectResourceForm(MethodsMixin, ui_views.ServiceForm):
    """Protect a resource once, now.

    ``methods`` are Methods of the resource's type, ``offers`` FormChoices of
    their options. If ``trouble``, a sentence, is set, the form keeps what was
    typed and does nothing.
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


_PURPOSE = 'schedule-resource'


class ScheduleResourceForm(
    TimingMixin, RetentionMixin, RolesMixin, ProtectResourceForm
):
    """A plan for one resource with one schedule; ``others`` are all plans.

    The hidden field ``opened`` holds the id of the plan to be, signed: the
    proposed time depends on it.
    """

    opened = forms.CharField(widget=forms.HiddenInput, required=False)
    plan_name = PlanNameField(label=_("Plan Name"))
    run_now = forms.BooleanField(
        label=_("Protect now, too"), required=False, initial=False
    )

    def __init__(self, request, resource, *, others, **kwargs):
        super().__init__(request, resource, **kwargs)
        self.others = others
        plan_id = str(uuid.uuid4())
        self.fields['opened'].initial = signed_state.sign(
            plan_id, self._project_id, _PURPOSE
        )
        self.prepare_timing(seed=time_seed(plan_id))
        self.prepare_retention()
        self.prepare_roles()
        wanted = gettext("%s backup") % resource.label
        names = [plan.name for plan in others]
        self.fields['plan_name'].initial = unused_name(wanted, names)
        self.fields['plan_name'].taken = {name.lower() for name in names}
        timing, keep = TimingMixin.base_fields, RetentionMixin.base_fields
        self.order_fields(
            [
                'plan_name',
                *self.method_fields,
                *timing,
                *keep,
                'run_now',
                *RolesMixin.base_fields,
            ]
        )

    @property
    def _project_id(self):
        return request_user.cloud(self.request).project_id

    def clean_opened(self):
        """The id of the plan to be; a new one if the form has none."""
        text = self.cleaned_data['opened']
        try:
            if text:
                return signed_state.verified(text, self._project_id, _PURPOSE)
        except exceptions.Refused as error:
            # nobody sees an error at a hidden field
            self.api_error(str(error))
        return str(uuid.uuid4())

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
        return {**document, 'id': data['opened'], 'retention': retention}

    def act(self, cloud, data):
        plan = plan_service.plan_create(
            cloud, data['document'], all_roles=self.roles_confirmed(data)
        )
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


class ResourceFormView(ui_views.FormView):
    """A form about the resource whose type and id the URL names.

    If the resource cannot be protected, or a service does not answer, the
    form does not open; one that was sent is shown again with the reason.
    """

    #: ``{name of a call: its result if it fails}``
    fallbacks: dict[str, Any] = {}

    @cached_property
    def protectable(self):
        return plugins.protectable(self.kwargs['type'])

    @property
    def reports_missing(self):
        """Whether messages above the form say what could not be loaded."""
        return self.request.method == 'GET'

    @cached_property
    def found(self):
        """What the form needs, fetched side by side."""
        found, errors = concurrency.gather(self.calls(), self.fallbacks)
        # saving a sent form fails with the same error, and shows it
        for error in errors if self.reports_missing else ():
            messages.error(self.request, str(error))
        offers = FormChoices(
            pickers=found.pop('lists'), blank=gettext("(none)")
        )
        return {**found.pop('subject'), **found, 'offers': offers}

    def calls(self):
        return {'subject': self._subject, 'lists': self._lists}

    def _lists(self):
        """The choices that the options of the methods need, by picker."""
        names = [
            schema_form.picker_names(protection.options_schema)
            for protection in plugins.protections_for_type(self.kwargs['type'])
        ]
        return pickers.choices_by_picker(self.cloud, set().union(*names))

    def _subject(self):
        """``(resource, methods, why it cannot be protected or '')``."""
        resource_id = self.kwargs['resource_id']
        try:
            resource = self.protectable.show(self.cloud, resource_id)
            _require_available(resource)
            return {
                'resource': resource,
                'methods': _policy_checked_methods(
                    methods.methods_for(self.cloud, resource)
                ),
            }
        except (exceptions.Refused, exceptions.Unavailable) as error:
            if self.request.method == 'GET':
                raise
            return self._unknown(str(error))

    def _unknown(self, trouble):
        slug = self.kwargs['type']
        return {
            'resource': Resource(self.kwargs['resource_id'], slug, '', '', ''),
            'methods': [
                methods.Method(p) for p in plugins.protections_for_type(slug)
            ],
            'trouble': trouble,
        }

    def get_form_kwargs(self):
        # first: it refuses a type that is not installed
        found = self.found
        return {**super().get_form_kwargs(), **found}

    def get_context_data(self, **kwargs):
        return {
            **super().get_context_data(**kwargs),
            'resource': self.found['resource'],
            'protectable': self.protectable,
        }


def _require_available(resource):
    if resource.state != 'available':
        raise exceptions.Refused(
            f"{resource.label} cannot be protected now: its status is "
            f"{resource.status}."
        )


def _policy_checked_methods(found):
    """The Methods; those that the operator forbids get that as reason."""
    limits = request_user.operator_limits()
    reason = gettext("The operator does not allow it.")
    return [
        method
        if limits.allows(method.protection.slug)
        else dataclasses.replace(method, reason=reason)
        for method in found
    ]


class ScheduleResourceView(form_preview.PreviewMixin, ResourceFormView):
    form_class = ScheduleResourceForm
    template_name = 'protection/schedules/form.html'
    ajax_template_name = 'protection/schedules/_form.html'
    page_title = _("Schedule Backup")
    submit_label = _("Schedule Backup")
    success_url = urls.reverse_lazy(
        'horizon:project:protection_schedules:index'
    )
    fallbacks = {'others': ()}

    def calls(self):
        return {
            **super().calls(),
            'others': lambda: plan_service.plan_list(self.cloud),
        }

    def preview_address(self):
        return urls.reverse(
            'horizon:project:protection_schedules:resource_preview',
            kwargs=self.kwargs,
        )


class ScheduleResourcePreviewView(
    form_preview.PreviewFragmentMixin, ScheduleResourceView
):
    """The preview of :class:`ScheduleResourceView`."""

    reports_missing = False


class ProtectResourceView(ui_views.ExecutionFormView, ResourceFormView):
    form_class = ProtectResourceForm
    page_title = _("Protect Now")
    submit_label = _("Protect Now")
    success_url = urls.reverse_lazy(ui_views.PageMixin.home)
