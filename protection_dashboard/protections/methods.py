# SPDX-License-Identifier: Apache-2.0
"""The methods to protect one resource, and why one of them cannot."""

import dataclasses
import functools

from protection_dashboard import plugins
from protection_dashboard.api.cloud import Cloud
from protection_dashboard.common import concurrency
from protection_dashboard.protectables.base import AVAILABLE
from protection_dashboard.protectables.base import Resource
from protection_dashboard.protections.base import Protection


@dataclasses.dataclass(frozen=True)
class Method:
    """A protection, and in one line why it cannot protect the resource."""

    protection: Protection
    reason: str = ''


def standalone_protections(slug: str) -> list[Protection]:
    """The installed protections that protect a type on its own."""
    return [
        one for one in plugins.protections_for_type(slug) if one.alone(slug)
    ]


def obstacle(cloud: Cloud, resource: Resource, protection: Protection) -> str:
    """Why a protection cannot protect a resource as it is now, or ''.

    Its state first: the service is asked only of a resource that is
    available. A ProtectionError when the service does not answer.
    """
    if resource.state != AVAILABLE:
        kind = plugins.protectable(resource.type).name.lower()
        return (
            f"The {kind}'s status is {resource.status}: it cannot be "
            "protected in this state."
        )
    return protection.obstacle(cloud, resource)


def methods_for(cloud: Cloud, resource: Resource) -> list[Method]:
    """The methods for a resource's type, each with its obstacle.

    The protections are asked side by side. An error of a service is the
    reason of its method.
    """
    calls = {
        protection.slug: functools.partial(
            _method, cloud, resource, protection
        )
        for protection in plugins.protections_for_type(resource.type)
    }
    found, _errors = concurrency.gather(calls)
    return list(found.values())


def _method(
    cloud: Cloud, resource: Resource, protection: Protection
) -> Method:
    why = concurrency.value_or_error(
        lambda: protection.obstacle(cloud, resource), otherwise=str
    )
    return Method(protection, why)
