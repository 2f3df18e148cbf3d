# SPDX-License-Identifier: Apache-2.0
"""Resume and Re-arm for whoever has more roles than a schedule usually has.

Their buttons lead to a form in which they agree that the schedules run with
all their roles; for everybody else the buttons act at once.
"""

from django import shortcuts
from django import urls
from django.utils.functional import cached_property
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from horizon import messages

from protection_dashboard import exceptions
from protection_dashboard.forms.roles_field import RolesMixin
from protection_dashboard.panels.schedules import rows
from protection_dashboard.plans import schedule_roles
from protection_dashboard.recurrence import phrases as recurrence_phrases
from protection_dashboard.schedules import service as schedule_service
from protection_dashboard.ui import request_user
from protection_dashboard.ui import views as ui_views

PANEL = 'horizon:project:protection_schedules:'
RESUME = 'resume'
REARM = 'rearm'
#: schedules in one request
MAX_SCHEDULES = 100


class ArmingAction:
    """Mixed into a batch action: it may lead to the form instead of acting.

    ``way`` is RESUME or REARM.
    """

    way = ''

    def handle(self, table, request, obj_ids):
        cloud = request_user.cloud(request)
        if not schedule_roles.must_confirm(cloud):
            return super().handle(table, request, obj_ids)
        found = [
            key for one in obj_ids for key in self.schedule_keys(cloud, one)
        ]
        return shortcuts.redirect(form_address(self.way, found))

    def schedule_keys(self, cloud, obj_id):
        """The :func:`rows.row_id` of each schedule that a row stands for."""
        return [obj_id]


def form_address(way, keys):
    """The URL of the form; ``keys`` are of :func:`rows.row_id`."""
    query = urlencode([('id', key) for key in keys])
    return f'{urls.reverse(PANEL + way)}?{query}'


class ArmForm(RolesMixin, ui_views.ServiceForm):
    """Resumes or re-arms ``schedules``, each a ScheduleStatus.

    ``change`` is the function of the service that does it.
    """

    def __init__(self, request, schedules, change, **kwargs):
        super().__init__(request, **kwargs)
        self.schedules, self.change = schedules, change
        self.prepare_roles()

    def act(self, cloud, data):
        confirmed = self.roles_confirmed(data)
        schedule_roles.check_roles(cloud, confirmed=confirmed)
        for one in self.schedules:
            try:
                self.change(cloud, one.plan, one.id, all_roles=confirmed)
            except exceptions.ProtectionError as error:
                messages.error(self.request, f'{one.name}: {error}')
            else:
                text = gettext("Armed: schedule of %s")
                messages.success(self.request, text % one.name)
        return True


class ResumeView(ui_views.FormView):
    form_class = ArmForm
    template_name = 'protection/schedules/arm.html'
    ajax_template_name = 'protection/schedules/_arm.html'
    page_title = _("Resume")
    submit_label = _("Resume")
    success_url = urls.reverse_lazy(PANEL + 'index')
    home = PANEL + 'index'
    change = staticmethod(schedule_service.resume)

    @cached_property
    def schedules(self):
        keys = self.request.GET.getlist('id')[:MAX_SCHEDULES]
        found = [rows.find_schedule(self.cloud, key) for key in keys]
        if not found or any(map(rows.is_trove_client_schedule, found)):
            raise exceptions.NotFound("There is no such schedule.")
        return [one for one in found if self.concerns(one)]

    def concerns(self, schedule):
        """Whether there is anything to change."""
        return schedule.schedule.paused

    def get_form_kwargs(self):
        return {
            **super().get_form_kwargs(),
            'schedules': self.schedules,
            'change': self.change,
        }

    def get_context_data(self, **kwargs):
        return {
            **super().get_context_data(**kwargs),
            'lines': [
                (one.name, _timing(one), one.zone) for one in self.schedules
            ],
        }


def _timing(schedule):
    words = recurrence_phrases.pattern_in_words(
        schedule.pattern, schedule.zone
    )
    return words.text(gettext)


class RearmView(ResumeView):
    page_title = _("Re-arm Under My Name")
    submit_label = _("Re-arm Under My Name")
    change = staticmethod(schedule_service.rearm)

    def concerns(self, schedule):
        return schedule.can_rearm
