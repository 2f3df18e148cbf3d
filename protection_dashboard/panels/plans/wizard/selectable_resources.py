# SPDX-License-Identifier: Apache-2.0
"""The resources of a project that a plan can protect, and its plans.

All lists are fetched side by side, once; if a service does not answer, only
its own list is missing.
"""

import dataclasses
import functools

from protection_dashboard import plugins
from protection_dashboard.common import concurrency
from protection_dashboard.common.references import ResourceRef
from protection_dashboard.plans import selection
from protection_dashboard.plans import service as plan_service
from protection_dashboard.protections import methods

ORDER = ('project', 'database', 'share', 'volume', 'server')


def available_types(cloud):
    """Slugs of the types that this cloud has and a method can protect."""
    found = [
        slug
        for slug, kind in plugins.protectables().items()
        if methods.standalone_protections(slug) and not kind.unavailable(cloud)
    ]
    known = [slug for slug in ORDER if slug in found]
    return [*known, *(slug for slug in found if slug not in ORDER)]


@dataclasses.dataclass(frozen=True)
class Inventory:
    """The project's resources, ``{type: [Resource]}``, and all its Plans.

    ``errors`` says, by type, why a list is missing.
    """

    resources: dict = dataclasses.field(default_factory=dict)
    errors: dict = dataclasses.field(default_factory=dict)
    plans: tuple = ()

    @functools.cached_property
    def by_key(self):
        listed = [one for each in self.resources.values() for one in each]
        return {str(ResourceRef.of_resource(one)): one for one in listed}

    def matches(self, chosen, exclusions):
        """The resources that rules select today, without the excluded ones."""
        return selection.matching_resources(
            self.by_key.values(), chosen, exclusions
        )


def fetch_inventory(cloud, slugs):
    """The Inventory of some types."""
    calls = {
        slug: functools.partial(_resources_of_type, cloud, slug)
        for slug in slugs
    }
    calls[''] = lambda: plan_service.plan_list(cloud)
    found, _errors = concurrency.gather(calls)
    plans = tuple(found.pop(''))
    errors = {slug: error for slug, (_all, error) in found.items() if error}
    resources = {
        slug: sorted(listed, key=lambda one: one.label.lower())
        for slug, (listed, error) in found.items()
        if not error
    }
    return Inventory(resources, errors, plans)


def _resources_of_type(cloud, slug):
    """``(resources, '')`` of a type, or ``([], why there is no list)``."""
    return concurrency.value_or_error(
        lambda: (plugins.protectable(slug).list(cloud), ''),
        otherwise=lambda error: ([], str(error)),
    )
