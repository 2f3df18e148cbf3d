# SPDX-License-Identifier: Apache-2.0
"""What belongs to a resource: of a project all, of a server its parts."""

import functools

from protection_dashboard import plugins
from protection_dashboard.common import concurrency


def of(cloud, parent):
    """``({slug: [Resource]}, errors)`` of every kind that can belong to it.

    The services are asked side by side; a kind whose service is absent is
    left out, one whose service fails is empty and its error is told.
    """
    above = plugins.protectable(parent.type).resource_type
    calls = {
        kind.slug: functools.partial(kind.dependents, cloud, parent)
        for kind in plugins.protectables().values()
        if above in kind.parents and not kind.unavailable(cloud)
    }
    return concurrency.gather(calls, {slug: [] for slug in calls})
