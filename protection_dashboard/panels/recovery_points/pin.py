# SPDX-License-Identifier: Apache-2.0
"""The dialog that pins a recovery point, with a note."""

from django import forms
from django import urls
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from horizon import messages

from protection_dashboard import exceptions
from protection_dashboard import plugins
from protection_dashboard.recovery_points import pins
from protection_dashboard.ui import addresses
from protection_dashboard.ui import views as ui_views

INDEX = 'horizon:project:protection_points:index'


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


class PinView(ui_views.FormView):
    form_class = PinForm
    template_name = 'protection/recovery_points/pin.html'
    ajax_template_name = 'protection/recovery_points/_pin.html'
    page_title = _("Pin Recovery Point")
    submit_label = _("Pin")
    home = INDEX

    @cached_property
    def found(self):
        """``(point, its plan)``.

        Both are None where a sent form cannot do it: saving says why then.
        """
        protection = plugins.protection(self.kwargs['protection'])
        try:
            point = protection.show(self.cloud, self.kwargs['point_id'])
            return point, pins.plan_of_point(self.cloud, point)
        except (exceptions.Refused, exceptions.Unavailable):
            if self.request.method == 'GET':
                raise
            return None, None

    def get_form_kwargs(self):
        point, plan = self.found
        pin = plan.pins.get(point.id, {}) if plan else {}
        return {
            **super().get_form_kwargs(),
            **self.kwargs,
            'note': pin.get('note', ''),
        }

    def get_context_data(self, **kwargs):
        point, plan = self.found
        return {
            **super().get_context_data(**kwargs),
            'point': point,
            'plan': plan,
        }

    def address(self, result):
        own = urls.reverse(
            'horizon:project:protection_points:detail',
            kwargs=self.kwargs,
        )
        here = self.request.get_full_path()
        came_from = addresses.referring_page(self.request, own)
        return own if came_from.endswith(here) else came_from
