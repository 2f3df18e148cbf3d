# SPDX-License-Identifier: Apache-2.0
"""The tree of a project's resources in a plan's form.

It also contains picked resources that were not found: they leave the plan
only when the user removes them.
"""

import collections
import dataclasses
import functools

from protection_dashboard.common.references import ResourceRef
from protection_dashboard.panels.plans.wizard.selectable_resources import ORDER
from protection_dashboard.panels.plans.wizard.selectable_resources import (
    Inventory,
)
from protection_dashboard.ui import cells


@dataclasses.dataclass(frozen=True)
class ResourceRow:
    """A resource with its checkbox; ``rows`` are those that belong to it.

    ``resource`` is None for a picked one that was not found: it is ``gone``
    unless its list is missing. ``plans`` are the names of those that protect
    it already.
    """

    type: str
    id: str
    name: str
    resource: object = None
    picked: bool = False
    own: bool = False
    gone: bool = False
    plans: tuple = ()
    rows: tuple = ()

    @property
    def key(self):
        return str(ResourceRef.of_resource(self))

    @property
    def size(self):
        return cells.size_text(self.resource.size if self.resource else None)


@dataclasses.dataclass(frozen=True)
class TypeBranch:
    """All resources of a type, and why its list is missing, if it is."""

    type: str
    rows: tuple = ()
    error: str = ''
    elsewhere: int = 0

    @property
    def title(self):
        return cells.type_name(self.type)

    @property
    def count(self):
        """The number of rows; '' if it is unknown."""
        return '' if self.error else len(list(self.every_row))

    @property
    def every_row(self):
        """All rows, each followed by those that belong to it."""
        for row in self.rows:
            yield row, False
            for inner in row.rows:
                yield inner, True


def type_branches(inventory, picked, document):
    """The tree as TypeBranches; attached volumes are below their servers.

    ``picked`` are keys of resources, ``document`` is that of the edited plan.
    """
    make = _TreeBuilder(
        inventory,
        frozenset(picked),
        document['resources'],
        _protecting_plans(inventory, document['id']),
    )
    slugs = [*inventory.resources, *inventory.errors]
    lost = [wanted for wanted in picked if wanted not in inventory.by_key]
    known = [slug for slug in ORDER if slug in slugs]
    others = {*slugs, *map(_type_of_key, lost)} - set(known)
    return [make.branch(slug, lost) for slug in [*known, *sorted(others)]]


def _type_of_key(key):
    """The type in the key of a checkbox, '' if that is no key."""
    return ResourceRef.parse_leniently(key).type


@dataclasses.dataclass(frozen=True)
class _TreeBuilder:
    inventory: Inventory
    picked: frozenset
    entries: list
    protecting: dict

    @functools.cached_property
    def stored(self):
        return {str(ResourceRef.of_entry(e)): e for e in self.entries}

    @functools.cached_property
    def attached(self):
        """``{id of a server: volumes}``; a volume is below one server only."""
        volumes = {one.id: one for one in self._all('volume')}
        return {
            server.id: [
                volumes.pop(found)
                for found in server.details.get('volumes', ())
                if found in volumes
            ]
            for server in self._all('server')
        }

    def _all(self, slug):
        return self.inventory.resources.get(slug, [])

    def branch(self, slug, lost):
        inner = [v.id for each in self.attached.values() for v in each]
        hidden = set(inner) if slug == 'volume' else set()
        rows = [self._found(r) for r in self._all(slug) if r.id not in hidden]
        missing = [self._lost(w) for w in lost if _type_of_key(w) == slug]
        return TypeBranch(
            type=slug,
            rows=(*missing, *rows),
            error=self.inventory.errors.get(slug, ''),
            elsewhere=len(hidden),
        )

    def _found(self, resource):
        wanted = str(ResourceRef.of_resource(resource))
        below = self.attached.get(resource.id, ())
        return ResourceRow(
            type=resource.type,
            id=resource.id,
            name=resource.label,
            resource=resource,
            picked=wanted in self.picked,
            own='protection' in self.stored.get(wanted, {}),
            plans=tuple(self.protecting.get(wanted, ())),
            rows=tuple(map(self._found, below))
            if resource.type == 'server'
            else (),
        )

    def _lost(self, wanted):
        slug, resource_id = ResourceRef.parse_leniently(wanted)
        entry = self.stored.get(wanted, {})
        return ResourceRow(
            type=slug,
            id=resource_id,
            name=entry.get('name') or resource_id,
            picked=True,
            own='protection' in entry,
            gone=slug in self.inventory.resources,
        )


def _protecting_plans(inventory, besides):
    """``{key: names of the plans that protect it}``."""
    found = collections.defaultdict(list)
    for plan in inventory.plans:
        if plan.id == besides:
            continue
        refs = [ResourceRef.of_entry(e) for e in plan.resources]
        matched = inventory.matches(
            plan.rules, plan.document.get('exclusions', [])
        )
        refs += [ResourceRef.of_resource(one) for one in matched]
        for ref in dict.fromkeys(refs):
            found[str(ref)].append(plan.name)
    return found
