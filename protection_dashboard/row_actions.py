# SPDX-License-Identifier: Apache-2.0
"""Our actions in the rows of other dashboards' tables.

Horizon has no hook for this. A table's row actions are class attributes:
``_meta.row_actions`` names them in order, ``base_actions`` holds one instance
each, shared by all threads; so an action uses nothing but request and datum.
"""

import dataclasses
import logging

from django import urls
from django.conf import settings
from django.utils import module_loading
from django.utils.translation import gettext_lazy as _
from horizon import tables

from protection_dashboard import tenant

LOG = logging.getLogger(__name__)


@dataclasses.dataclass(frozen=True)
class Target:
    """A table of another dashboard and the type of resource in its rows.

    ``states`` are the service's words for a resource that can be protected.
    """

    dashboard: str
    panel: str
    table: str
    type: str
    states: tuple


TARGETS = (
    Target(
        dashboard='project',
        panel='volumes',
        table='openstack_dashboard.dashboards.project.volumes.tables.'
        'VolumesTable',
        type='volume',
        states=('available', 'in-use'),
    ),
)


class _RowAction(tables.LinkAction):
    """A link whose address is known before Horizon asks for it.

    An exception in ``get_link_url`` would be a 500 of the foreign page, one
    in ``allowed`` only hides the action.
    """

    target = None
    view = ''
    policy_rules = tenant.CHANGE

    def allowed(self, request, datum=None):
        return (
            datum is not None
            and datum.status in self.target.states
            and tenant.may(request, self.policy_rules)
        )

    def get_link_url(self, datum=None):
        return urls.reverse(self.view, args=(self.target.type, datum.id))


class ScheduleBackup(_RowAction):
    name = 'protection_schedule'
    verbose_name = _("Schedule Backup")
    view = 'horizon:project:protection_plans:schedule'
    classes = ('ajax-modal',)
    icon = 'clock'


class ProtectNow(_RowAction):
    name = 'protection_protect'
    verbose_name = _("Protect Now")
    view = 'horizon:project:protection_plans:protect'
    classes = ('ajax-modal',)
    icon = 'shield'


class RecoveryPoints(_RowAction):
    name = 'protection_points'
    verbose_name = _("Recovery Points")
    view = 'horizon:project:protection_points:resource'
    policy_rules = tenant.LOOK
    icon = 'history'

    def allowed(self, request, datum=None):
        return datum is not None and tenant.may(request, self.policy_rules)


ACTIONS = (ScheduleBackup, ProtectNow, RecoveryPoints)


def extend_neighbours():
    """Add our actions to the tables of panels that are enabled."""
    enabled = {
        (config.get('PANEL_DASHBOARD'), config.get('PANEL'))
        for config in settings.HORIZON_CONFIG.get('panel_customization', ())
        if not config.get('REMOVE_PANEL')
    }
    for target in TARGETS:
        if (target.dashboard, target.panel) in enabled:
            _extend(target)


def _extend(target):
    try:
        table = module_loading.import_string(target.table)
    except ImportError:
        LOG.warning('%s is not there: no actions in it', target.table)
        return
    bound = [type(a.__name__, (a,), {'target': target}) for a in ACTIONS]
    add_row_actions(table, bound)


def add_row_actions(table, actions):
    """Insert actions before the first one that deletes; never twice."""
    new = [a for a in actions if a.name not in table.base_actions]
    current = tuple(table._meta.row_actions)
    at = _position(current)
    table.base_actions.update({action.name: action() for action in new})
    table._meta.row_actions = current[:at] + tuple(new) + current[at:]


def _position(actions):
    for at, action in enumerate(actions):
        if issubclass(action, tables.DeleteAction):
            return at
    return len(actions)
