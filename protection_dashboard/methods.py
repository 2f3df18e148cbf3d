# SPDX-License-Identifier: Apache-2.0
"""The ways to protect one resource, and why one of them cannot."""

import dataclasses
import functools

from protection_dashboard import parallel
from protection_dashboard import plugins
from protection_dashboard.protections.base import Protection


@dataclasses.dataclass(frozen=True)
class Method:
    """A protection, and in one line why it cannot protect the resource."""

    protection: Protection
    reason: str = ''


def of(cloud, resource):
    """All installed for a resource's type, asked side by side."""
    calls = {
        protection.slug: functools.partial(_of, cloud, resource, protection)
        for protection in plugins.for_type(resource.type)
    }
    found, _errors = parallel.gather(calls)
    return list(found.values())


def _of(cloud, resource, protection):
    why = parallel.attempt(
        lambda: protection.obstacle(cloud, resource), otherwise=str
    )
    return Method(protection, why)
