# SPDX-License-Identifier: Apache-2.0
"""Send a test message to the targets of a plan's notification."""

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from protection_dashboard.executions import service as execution_service
from protection_dashboard.forms.notification_fields import NotificationMixin
from protection_dashboard.plans import service as plan_service
from protection_dashboard.ui import views as ui_views


class NotificationTestForm(NotificationMixin, ui_views.ServiceForm):
    name = forms.CharField(required=False, widget=forms.HiddenInput)
    sends_test = True
    needs_event = False

    def __init__(self, request, notification, name, cloud, **kwargs):
        super().__init__(request, **kwargs)
        self.fields['name'].initial = name
        self.prepare_notification(notification, cloud)

    def clean(self):
        data = super().clean()
        data['notification'] = self.checked_notification(data)
        if not data['notification'] and not self.errors:
            text = gettext("Choose a webhook or an email address first.")
            self.add_error(None, text)
        return data

    def act(self, cloud, data):
        name = data['name'] or gettext("a plan")
        notification = {'on': [], **data['notification']}
        return execution_service.start_test_notification(
            cloud, notification, name
        )


class NotificationTestView(ui_views.ExecutionFormView):
    """The form, filled in with a plan's notification or by the plan's form."""

    form_class = NotificationTestForm
    template_name = 'protection/executions/notification_test.html'
    ajax_template_name = 'protection/executions/_notification_test.html'
    page_title = _("Send Test")
    submit_label = _("Send Test")
    home = 'horizon:project:protection_executions:index'

    @cached_property
    def plan(self):
        plan_id = self.kwargs.get('plan_id')
        return plan_id and plan_service.plan_get(self.cloud, str(plan_id))

    def get_form_kwargs(self):
        notification = self.plan and self.plan.document.get('notification')
        return {
            **super().get_form_kwargs(),
            'notification': notification or None,
            'name': self.plan.name if self.plan else '',
            'cloud': self.cloud,
        }
