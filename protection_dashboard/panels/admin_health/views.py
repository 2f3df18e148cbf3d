# SPDX-License-Identifier: Apache-2.0
"""Admin > Protection > Health: whether this cloud is ready."""

from django import shortcuts
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from horizon import messages

from protection_dashboard.panels.admin_health import policy_check
from protection_dashboard.reports import health
from protection_dashboard.reports.health import lost_runs
from protection_dashboard.ui import cells
from protection_dashboard.ui import csv_export
from protection_dashboard.ui import request_user
from protection_dashboard.ui import views as ui_views

HOME = 'horizon:admin:protection_health:index'


class IndexView(ui_views.DetailView):
    """The page runs all checks anew each time: nothing is cached."""

    rules = request_user.ADMIN_RULES
    home = HOME
    template_name = 'protection/admin_health/index.html'
    page_title = _("Health")

    def get(self, request, *args, **kwargs):
        if request.GET.get('format') == 'csv':
            return csv_export.csv_response(
                'health', CSV_COLUMNS, self.checks()
            )
        return super().get(request, *args, **kwargs)

    def post(self, request, *args, **kwargs):
        """End the lost runs of all projects, and show the page again."""
        ended = health.end_lost_runs(self.cloud)
        for one in ended:
            text = f'{one.message.text(gettext)} {one.advice.text(gettext)}'
            messages.success(request, text)
        if not ended:
            messages.info(request, gettext("No run is lost."))
        return shortcuts.redirect(HOME)

    def checks(self):
        return [*health.checks(self.cloud), *policy_check.policy_checks()]

    def get_context_data(self, **kwargs):
        found = self.checks()
        failed = [one for one in found if one.state != health.OK]
        return {
            **super().get_context_data(**kwargs),
            'csv_address': '?format=csv',
            'checked_at': cells.local_time(timezone.now()),
            'has_lost_runs': any(map(_tells_of_lost_runs, failed)),
            'all': len(found),
            'troubles': len(failed),
            'lines': [_check_line(one) for one in sorted(found, key=_urgency)],
        }


def _tells_of_lost_runs(check):
    return (check.name, check.state) == (lost_runs.NAME, health.WARNING)


def _urgency(check):
    """Sort key: the worst first."""
    return -check.rank


def _check_line(check):
    return {
        'name': check.name.text(gettext),
        'state': cells.state_label(_ICONS[check.state], _STATES[check.state]),
        'explanation': check.message.text(gettext),
        'remedy': check.advice.text(gettext) if check.advice else '',
    }


#: state of a Check -> state of cells.STATES whose icon it has
_ICONS = {'ok': 'SUCCESS', 'warning': 'late', 'failed': 'ERROR'}
_STATES = {'ok': _("OK"), 'warning': _("Warning"), 'failed': _("Failed")}

CSV_COLUMNS = (
    (_("Check"), lambda check: check.name.text(gettext)),
    (_("State"), lambda check: check.state),
    (_("What it says"), lambda check: check.message.text(gettext)),
    (
        _("What to do"),
        lambda check: check.advice and check.advice.text(gettext),
    ),
)
