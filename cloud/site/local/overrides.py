# SPDX-License-Identifier: Apache-2.0
"""Horizon's customization module: a cloud without Nova, quick threads.

The pages of volumes and databases ask Nova for servers and flavors without
looking whether it is there, and show an error on each page.
"""

import concurrent.futures
import functools
import types

from openstack_dashboard.api import base
from openstack_dashboard.api import nova
from openstack_dashboard.utils import futurist_utils
from trove_dashboard.api import trove


def _without_compute(module, name, otherwise):
    """Call otherwise(...) instead of module.name(...) if there is no Nova."""
    call = getattr(module, name)

    @functools.wraps(call)
    def guarded(request, *args, **kwargs):
        found = base.is_service_enabled(request, 'compute')
        return (call if found else otherwise)(request, *args, **kwargs)

    setattr(module, name, guarded)


def _no_servers(request, *args, **kwargs):
    return [], False


def _nameless_server(request, server_id):
    return types.SimpleNamespace(id=server_id, name=server_id)


def _list_flavors(request):
    return trove.troveclient(request).flavors.list()


def _get_flavor(request, flavor_id):
    return trove.troveclient(request).flavors.get(flavor_id)


_without_compute(nova, 'server_list', _no_servers)
_without_compute(nova, 'server_get', _nameless_server)
_without_compute(trove, 'flavor_list', _list_flavors)
_without_compute(trove, 'flavor_get', _get_flavor)


class _ThreadPool(concurrent.futures.ThreadPoolExecutor):
    """The end of futurist's pool costs a second since futurist 3.2."""

    def submit(self, fn):
        return super().submit(fn)


futurist_utils.futurist = types.SimpleNamespace(ThreadPoolExecutor=_ThreadPool)
