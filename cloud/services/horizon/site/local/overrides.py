# SPDX-License-Identifier: Apache-2.0
"""Horizon's customization module: database backups, quick threads.

https://docs.openstack.org/horizon/latest/configuration/customizing.html
"""

import concurrent.futures
import types

import horizon
from openstack_dashboard.utils import futurist_utils
from trove_dashboard.content.databases import tables
from trove_dashboard.content.databases import tabs

# trove-dashboard hides backups from a cloud without object store, where its
# guests keep them; the guests of this cloud keep them elsewhere.
_BACKUPS = horizon.get_dashboard('project').get_panel('database_backups')
_BACKUPS.permissions = ('openstack.services.database',)


def _is_active(action, request, instance=None):
    return instance.status in tables.ACTIVE_STATES


def _always(tab, request):
    return True


tables.CreateBackup.allowed = _is_active
tabs.BackupsTab.allowed = _always


class _ThreadPool(concurrent.futures.ThreadPoolExecutor):
    """The end of futurist's pool costs a second since futurist 3.2."""

    def submit(self, fn):
        return super().submit(fn)


futurist_utils.futurist = types.SimpleNamespace(ThreadPoolExecutor=_ThreadPool)
