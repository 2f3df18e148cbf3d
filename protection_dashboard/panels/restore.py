# SPDX-License-Identifier: Apache-2.0
"""The restore wizard: what, options, review; then the run's own page."""

from django import forms
from django import urls
from django.utils.functional import cached_property
from django.utils.html import escape
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from horizon import workflows

from protection_dashboard import exceptions
from protection_dashboard import operations
from protection_dashboard import plugins
from protection_dashboard import tenant
from protection_dashboard.forms import OptionsMixin
from protection_dashboard.panels import base
from protection_dashboard.panels import cells


class WhatAction(workflows.Action):
    class Meta:
        name = _("Recovery Point")
        slug = 'what'
        help_text_template = 'protection/_restore_what.html'

    def get_help_text(self, extra_context=None):
        return super().get_help_text(
            {**(extra_context or {}), **self.initial['facts']}
        )


class What(workflows.Step):
    action_class = WhatAction
    depends_on = ('facts',)
    template_name = 'protection/_restore_step.html'


class OptionsAction(OptionsMixin, workflows.Action):
    class Meta:
        name = _("Options")
        slug = 'options'

    def __init__(self, request, context, *args, **kwargs):
        super().__init__(request, context, *args, **kwargs)
        facts = context['facts']
        self.add_options(facts['protection'].restore_schema, facts['defaults'])

    def clean(self):
        data = super().clean()
        data['options'] = self.clean_options(data)
        return data

    def add_error(self, field, error):
        """Horizon inserts a wizard's errors as HTML: escape them."""
        error = forms.ValidationError(error)
        super().add_error(field, [escape(m) for m in error.messages])


class Options(workflows.Step):
    action_class = OptionsAction
    depends_on = ('facts',)
    contributes = ('options',)

    def contribute(self, data, context):
        context['options'] = data.get('options', {}) if data else {}
        return context


class ReviewAction(workflows.Action):
    class Meta:
        name = _("Review")
        slug = 'review'
        help_text_template = 'protection/_restore_review.html'

    def get_help_text(self, extra_context=None):
        return super().get_help_text(
            {**(extra_context or {}), **self.initial['facts']}
        )


class Review(workflows.Step):
    action_class = ReviewAction
    depends_on = ('facts',)
    template_name = 'protection/_restore_step.html'


class Restore(workflows.Workflow):
    slug = 'restore'
    name = _("Restore")
    finalize_button_name = _("Restore")
    success_message = _("Restore started.")
    failure_message = _("The restore did not start.")
    default_steps = (What, Options, Review)
    wizard = True
    run_id = None

    def get_entry_point(self):
        """From the start, or where an error is: Horizon would open Options."""
        wrong = (step.slug for step in self.steps if step.has_errors)
        return next(wrong, self.steps[0].slug)

    def get_absolute_url(self):
        return self.request.get_full_path()

    def handle(self, request, context):
        point = context['facts']['point']
        cloud = tenant.cloud(request)
        self.run_id = operations.restore(cloud, point, context['options'])
        return True

    def get_success_url(self):
        if self.run_id is None:
            return urls.reverse('horizon:project:protection_points:index')
        return urls.reverse(
            'horizon:project:protection_executions:detail',
            args=(self.run_id,),
        )


class RestoreView(base.Page, workflows.WorkflowView):
    workflow_class = Restore
    rules = tenant.CHANGE
    home = 'horizon:project:protection_points:index'

    @cached_property
    def facts(self):
        """The point, and its original as far as it still exists."""
        protection = plugins.protection(self.kwargs['protection'])
        point = protection.show(self.cloud, self.kwargs['point_id'])
        if point.state != 'available':
            raise exceptions.Refused(
                f"{point.label} cannot be restored now: its status is "
                f"{point.status}."
            )
        original = self._original(point)
        return {
            'point': point,
            'taken': cells.local(point.created),
            'size': cells.size(point.size),
            'protection': protection,
            'original': original,
            'titles': [
                (name, gettext(field.get('title', name)))
                for name, field in protection.restore_schema[
                    'properties'
                ].items()
            ],
            'defaults': protection.restore_defaults(point, original),
        }

    def _original(self, point):
        protectable = plugins.protectable(point.resource_type)
        try:
            return protectable.show(self.cloud, point.resource_id)
        except exceptions.NotFound:
            return None

    def get_context_data(self, **kwargs):
        return {
            **super().get_context_data(**kwargs),
            'page_title': _("Restore"),
        }

    def get_initial(self):
        return {'facts': self.facts}
