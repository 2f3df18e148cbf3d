# SPDX-License-Identifier: Apache-2.0
"""All resources of a project, and which of them its plans protect.

One call for each type of resource. A type whose service does not answer is
left out, and its error is in ``errors``; an error of Mistral is raised, as
nothing is known without it.
"""

from collections.abc import Callable
from collections.abc import Collection
import dataclasses
import functools
from typing import Any

from protection_dashboard import exceptions
from protection_dashboard import plugins
from protection_dashboard.api.cloud import Cloud
from protection_dashboard.common import concurrency
from protection_dashboard.common.references import ResourceRef
from protection_dashboard.coverage import coverage
from protection_dashboard.coverage import exemptions
from protection_dashboard.plans import document as plan_document
from protection_dashboard.protectables.base import Resource
from protection_dashboard.reports import project_status

#: the protection that lists what schedules of the database client make
_OF_CLIENTS = 'database_backup'


@dataclasses.dataclass(frozen=True)
class CoverageSurvey:
    """The resources of a project, and its plans and schedules.

    ``covers`` are the resources that can be protected, ``impossible`` those
    that no installed protection can protect alone. ``status`` is the status
    of the project's plans, ``types`` are the types that could be listed.
    """

    covers: tuple[coverage.ResourceCoverage, ...] = ()
    impossible: tuple[Resource, ...] = ()
    status: project_status.ProjectStatus | None = None
    types: frozenset[str] = frozenset()
    errors: tuple[exceptions.ProtectionError, ...] = ()

    @property
    def methods(self) -> set[str]:
        """Slugs of the protections that its schedules use."""
        if self.status is None:
            return set()
        states = self.status.states
        found = (
            plan_document.protection_slugs(one.plan.document) for one in states
        )
        own = {_OF_CLIENTS} if self.status.client_schedules else set()
        return own.union(*found)

    def _in(self, state: str) -> list[coverage.ResourceCoverage]:
        return [one for one in self.covers if one.state == state]

    @functools.cached_property
    def protected(self) -> list[coverage.ResourceCoverage]:
        """Those that a schedule protects."""
        return self._in(coverage.PROTECTED)

    @functools.cached_property
    def unprotected(self) -> list[coverage.ResourceCoverage]:
        """Those that nothing protects, though it could."""
        return self._in(coverage.UNPROTECTED)

    @functools.cached_property
    def exempt(self) -> list[coverage.ResourceCoverage]:
        """Those that nothing protects, and that are exempt."""
        return self._in(coverage.EXEMPT)


def survey_project(
    cloud: Cloud,
    read: Callable[
        [Cloud], project_status.ProjectStatus
    ] = project_status.status_of_project,
) -> CoverageSurvey:
    """The :class:`CoverageSurvey` of a project; ``read`` reads its plans."""
    calls = {
        **_lists(cloud),
        'status': lambda: read(cloud),
        'kept': lambda: exemptions.stored_exemptions(cloud),
    }
    fallbacks: dict[str, Any] = {**dict.fromkeys(_lists(cloud)), 'kept': {}}
    found, errors = concurrency.gather(calls, fallbacks)
    status, kept = found.pop('status'), found.pop('kept')
    listed = [one for some in found.values() for one in some or ()]
    impossible = coverage.unprotectable_resources(listed)
    out = set(map(ResourceRef.of_resource, impossible))
    covers = coverage.resource_coverages(
        [one for one in listed if ResourceRef.of_resource(one) not in out],
        status.states,
        status.client_schedules,
        kept,
    )
    return CoverageSurvey(
        covers=tuple(covers),
        impossible=tuple(impossible),
        status=status,
        types=frozenset(k for k, v in found.items() if v is not None),
        errors=(*errors, *status.errors),
    )


def exempt_resources(
    cloud: Cloud,
) -> tuple[
    list[tuple[Resource, exemptions.Exemption]],
    list[exceptions.ProtectionError],
]:
    """The resources that are exempt, each with its Exemption, and errors."""
    calls = {
        **_lists(cloud),
        'kept': lambda: exemptions.stored_exemptions(cloud),
    }
    found, errors = concurrency.gather(calls, dict.fromkeys(calls))
    kept = found.pop('kept') or {}
    listed = [one for some in found.values() for one in some or ()]
    noted = [(one, exemptions.exemption_of(one, kept)) for one in listed]
    return [(one, note) for one, note in noted if note], errors


def existing_resources(
    cloud: Cloud, keys: Collection[str]
) -> tuple[dict[str, Resource], list[exceptions.ProtectionError]]:
    """The resources of some ``type:id``, by these, and errors.

    Those that do not exist are left out.
    """
    slugs = {ResourceRef.parse_leniently(one).type for one in keys}
    calls = {k: v for k, v in _lists(cloud).items() if k in slugs}
    found, errors = concurrency.gather(calls, dict.fromkeys(calls, ()))
    by_key = {
        str(ResourceRef.of_resource(one)): one
        for listed in found.values()
        for one in listed
    }
    return {one: by_key[one] for one in keys if one in by_key}, errors


def _lists(cloud: Cloud) -> dict[str, Callable[[], list[Resource]]]:
    """The calls that list each type that can be protected, by its slug."""
    return {
        slug: functools.partial(_list, cloud, slug)
        for slug in coverage.protectable_types(cloud)
    }


def _list(cloud: Cloud, slug: str) -> list[Resource]:
    found: list[Resource] = plugins.protectable(slug).list(cloud)
    return found
