# SPDX-License-Identifier: Apache-2.0
"""What the rules of a plan's form select today, before it is saved."""

import dataclasses

from protection_dashboard.common.references import ResourceRef
from protection_dashboard.panels.plans.wizard import picks
from protection_dashboard.ui import cells

MOST = 200


@dataclasses.dataclass(frozen=True)
class Match:
    """A resource that a rule selects, and whether it is excluded alone."""

    key: str
    name: str
    kind: str
    status: str = ''
    excluded: bool = False


@dataclasses.dataclass(frozen=True)
class Matches:
    """At most MOST rows, how many there are, and what could not be listed."""

    rows: list
    more: int
    errors: list
    asked: bool

    @property
    def count(self):
        """How many will be protected."""
        return sum(not row.excluded for row in self.rows) + self.more


def of(form):
    """The Matches of a form, of what stands in its rules now."""
    inventory = form.inventory
    found = {
        str(ResourceRef.of_resource(one)): one
        for one in inventory.matches(form.selectors, form.exceptions)
    }
    lost = [wanted for wanted in form.excluded if wanted not in found]
    rows = [
        _match(one, wanted in form.excluded) for wanted, one in found.items()
    ]
    asked = {selector['type'] for selector in form.selectors}
    return Matches(
        rows=[*_lost(form, lost), *rows[:MOST]],
        more=max(0, len(rows) - MOST),
        errors=[v for k, v in inventory.errors.items() if k in asked],
        asked=bool(asked),
    )


def _match(resource, excluded):
    return Match(
        key=str(ResourceRef.of_resource(resource)),
        name=resource.label,
        kind=cells.kind(resource.type),
        status=resource.status,
        excluded=excluded,
    )


def _lost(form, wanted):
    """What is excluded although no rule selects it."""
    single = [e for e in form.document.get('exclusions', []) if 'id' in e]
    stored = dict(zip(picks.keys(single), single, strict=True))
    for one in wanted:
        slug, resource_id = ResourceRef.parse_leniently(one)
        resource = form.inventory.by_key.get(one)
        name = resource.label if resource else stored.get(one, {}).get('name')
        yield Match(one, name or resource_id, cells.kind(slug), excluded=True)
