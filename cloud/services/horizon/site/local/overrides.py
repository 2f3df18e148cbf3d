# SPDX-License-Identifier: Apache-2.0
"""Horizon's customization module: database backups, quick pages.

https://docs.openstack.org/horizon/latest/configuration/customizing.html
"""

import concurrent.futures
import types

import horizon
from openstack_dashboard.dashboards.admin.rbac_policies import panel as rbac
from openstack_dashboard.dashboards.identity.application_credentials import (
    panel as credentials,
)
from openstack_dashboard.utils import futurist_utils
from trove_dashboard.content.databases import tables
from trove_dashboard.content.databases import tabs

# trove-dashboard hides backups from a cloud without object store, where its
# guests keep them; the guests of this cloud keep them elsewhere.
_BACKUPS = horizon.get_dashboard('project').get_panel('database_backups')
_BACKUPS.permissions = ('openstack.services.database',)


def _is_active(action, request, instance=None):
    return instance.status in tables.ACTIVE_STATES


def _always(component, request):
    return True


tables.CreateBackup.allowed = _is_active
tabs.BackupsTab.allowed = _always

# Each page shows the menu, for which these ask over and over. Neutron has no
# extension for the first three; the others ask for whom they are hidden
# anyway, or what never changes.
for _dashboard, _panel in (
    ('project', 'trunks'),
    ('project', 'network_qos'),
    ('admin', 'trunks'),
):
    _of = horizon.get_dashboard(_dashboard)
    _of.unregister(type(_of.get_panel(_panel)))

_has_extension = rbac.RBACPolicies.allowed


def _is_offered(panel, context):
    request = context['request']
    return panel._can_access(request) and _has_extension(panel, context)


rbac.RBACPolicies.allowed = _is_offered
credentials.ApplicationCredentialsPanel.can_access = _always


class _ThreadPool(concurrent.futures.ThreadPoolExecutor):
    """The end of futurist's pool costs a second since futurist 3.2."""

    def submit(self, fn):
        return super().submit(fn)


futurist_utils.futurist = types.SimpleNamespace(ThreadPoolExecutor=_ThreadPool)
