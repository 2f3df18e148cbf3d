# SPDX-License-Identifier: Apache-2.0
"""The resources that belong to another one, such as to a project."""

import functools

from protection_dashboard import exceptions
from protection_dashboard import plugins
from protection_dashboard.api.cloud import Cloud
from protection_dashboard.common import concurrency
from protection_dashboard.protectables.base import Resource


def dependents_by_slug(
    cloud: Cloud, parent: Resource
) -> tuple[dict[str, list[Resource]], list[exceptions.ProtectionError]]:
    """``({slug: [Resource]}, errors)`` of every kind that can belong to it.

    For a project these are all its resources. The services are asked side by
    side. A kind whose service is absent is left out; one whose service fails
    is empty, and its error is in ``errors``.
    """
    parent_type = plugins.protectable(parent.type).resource_type
    calls = {
        kind.slug: functools.partial(kind.dependents, cloud, parent)
        for kind in plugins.protectables().values()
        if parent_type in kind.parents and not kind.unavailable(cloud)
    }
    return concurrency.gather(calls, {slug: [] for slug in calls})
