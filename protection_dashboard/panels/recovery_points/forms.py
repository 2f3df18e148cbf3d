# SPDX-License-Identifier: Apache-2.0
"""The form that pins a recovery point."""

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from horizon import messages

from protection_dashboard import plugins
from protection_dashboard.recovery_points import pins
from protection_dashboard.ui import views as ui_views


class PinForm(ui_views.ServiceForm):
    note = forms.CharField(
        label=_("Note"),
        max_length=255,
        required=False,
        widget=forms.TextInput(attrs={'autofocus': True}),
    )

    def __init__(self, request, protection, point_id, note='', **kwargs):
        super().__init__(request, **kwargs)
        self.protection = protection
        self.point_id = point_id
        self.fields['note'].initial = note

    def act(self, cloud, data):
        protection = plugins.protection(self.protection)
        point = protection.show(cloud, self.point_id)
        pins.pin_point(cloud, point, data['note'])
        messages.success(self.request, gettext("Pinned: %s") % point.label)
        return True
