# SPDX-License-Identifier: Apache-2.0
"""The part of a form in which somebody agrees to the roles of a schedule."""

from django import forms
from django.utils.translation import gettext

from protection_dashboard.plans import schedule_roles
from protection_dashboard.ui import request_user
from protection_dashboard.ui import views as ui_views


class RolesMixin(forms.Form):
    """Asks whoever has more roles than a schedule usually has.

    The form of everybody else has no such field. What is missing is refused
    where the schedule is armed, and shown at the field by the view.
    """

    all_roles = forms.BooleanField(required=False)

    def prepare_roles(self):
        """Fill in what it means, or remove the field."""
        cloud = request_user.cloud(self.request)
        if schedule_roles.must_confirm(cloud):
            words = schedule_roles.sentence(cloud)
            self.fields[ui_views.ROLES_FIELD].label = words.text(gettext)
        else:
            del self.fields[ui_views.ROLES_FIELD]

    def require_roles(self, data, schedules):
        """Add the error now; ``schedules`` are ScheduleDocuments to be."""
        if all(one.get('paused') for one in schedules):
            return
        try:
            schedule_roles.check_roles(
                request_user.cloud(self.request),
                confirmed=self.roles_confirmed(data),
            )
        except schedule_roles.RolesNotConfirmed as error:
            self.add_error(ui_views.ROLES_FIELD, error.words.text(gettext))

    def roles_confirmed(self, data):
        """Whether the user has agreed; ``data`` are the cleaned data."""
        return bool(data.get(ui_views.ROLES_FIELD))
