# SPDX-License-Identifier: Apache-2.0
"""The plugin's actions in the rows of other dashboards' tables.

Horizon has no hook for this. A table's row actions are class attributes:
``_meta.row_actions`` names them in order, ``base_actions`` holds one instance
each, shared by all threads: an action may use only the request and the datum.
"""

import logging

from django import urls
from django.conf import settings
from django.utils import module_loading
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from horizon import tables

from protection_dashboard.common.references import ResourceRef
from protection_dashboard.embedded import targets
from protection_dashboard.ui import cells
from protection_dashboard.ui import request_user

LOG = logging.getLogger(__name__)


class _RowAction(tables.LinkAction):
    """A link that is offered only if its URL exists.

    An operator may have removed the panel that it leads to, and an exception
    in ``get_link_url`` would be an error 500 of the whole page.
    """

    target = None
    view = ''
    policy_rules: request_user.PolicyRules = request_user.CHANGE_RULES

    def allowed(self, request, datum=None):
        return self.concerns(request, datum) and self.target.is_ready(datum)

    def concerns(self, request, datum):
        """Whether it fits this user and this row, in any state."""
        return (
            datum is not None
            and self.target.covers(datum, request.user.project_id)
            and request_user.is_allowed(request, self.policy_rules)
            and bool(self.get_link_url(datum))
        )

    def get_link_url(self, datum=None):
        try:
            return self.address(datum)
        except urls.NoReverseMatch:
            return ''

    def address(self, datum):
        return urls.reverse(self.view, args=(self.target.slug, datum.id))


class ScheduleBackup(_RowAction):
    name = 'protection_schedule'
    verbose_name = _("Schedule Backup")
    view = 'horizon:project:protection_plans:schedule'
    classes = ('ajax-modal',)
    icon = cells.CLOCK


class ProtectResourceNow(_RowAction):
    name = 'protection_protect'
    verbose_name = _("Protect Now")
    view = 'horizon:project:protection_plans:protect'
    classes = ('ajax-modal',)
    icon = 'shield'


class _ListLink(_RowAction):
    """A link to a list, offered in every state of the row."""

    policy_rules = request_user.VIEW_RULES

    def allowed(self, request, datum=None):
        return self.concerns(request, datum)


class ListRecoveryPoints(_ListLink):
    name = 'protection_points'
    verbose_name = _("Recovery Points")
    view = 'horizon:project:protection_points:resource'
    icon = 'history'


class ListScheduledBackups(_ListLink):
    name = 'protection_schedules'
    verbose_name = _("Scheduled Backups")
    view = 'horizon:project:protection_schedules:index'
    icon = 'calendar'

    def address(self, datum):
        wanted = {'resource': str(ResourceRef(self.target.slug, datum.id))}
        return f'{urls.reverse(self.view)}?{urlencode(wanted)}'


class RestoreSnapshot(_RowAction):
    name = 'protection_restore'
    verbose_name = _("Restore")
    view = 'horizon:project:protection_points:restore'
    classes = ('ajax-modal',)
    icon = 'undo'


class RestoreBackup(RestoreSnapshot):
    """For a table that has a Restore of its own, which opens an empty form."""

    verbose_name = _("Restore (Protection)")


_RESOURCE_ACTIONS = (ScheduleBackup, ProtectResourceNow, ListRecoveryPoints)
ACTIONS = {
    'database': (*_RESOURCE_ACTIONS, ListScheduledBackups),
    'server': _RESOURCE_ACTIONS,
    'share': _RESOURCE_ACTIONS,
    'volume': _RESOURCE_ACTIONS,
    'database_backup': (RestoreBackup,),
    'share_snapshot': (RestoreSnapshot,),
    'volume_snapshot': (RestoreSnapshot,),
}


def extend_other_dashboards():
    """Add the actions to the tables of the panels that are enabled."""
    enabled = {
        (config.get('PANEL_DASHBOARD'), config.get('PANEL'))
        for config in settings.HORIZON_CONFIG.get('panel_customization', ())
        if not config.get('REMOVE_PANEL')
    }
    for target in targets.TARGETS:
        if ('project', target.panel) in enabled:
            _extend_table(target)


def _extend_table(target):
    try:
        table = module_loading.import_string(target.table)
    except ImportError:
        LOG.warning('%s is not there: no actions in it', target.table)
        return
    bound = [
        type(action.__name__, (action,), {'target': target})
        for action in ACTIONS[target.slug]
    ]
    add_row_actions(table, bound, target.after)


def add_row_actions(table, actions, after=''):
    """Insert actions into a table, behind the one that is named ``after``.

    If there is no such action, before the first one that deletes. An action
    that the table has already is not added again.
    """
    new = [a for a in actions if a.name not in table.base_actions]
    current = tuple(table._meta.row_actions)
    at = _insert_position(current, after)
    table.base_actions.update({action.name: action() for action in new})
    table._meta.row_actions = current[:at] + tuple(new) + current[at:]


def _insert_position(actions, after):
    names = [action.name for action in actions]
    if after in names:
        return names.index(after) + 1
    for at, action in enumerate(actions):
        if issubclass(action, tables.DeleteAction):
            return at
    return len(actions)
