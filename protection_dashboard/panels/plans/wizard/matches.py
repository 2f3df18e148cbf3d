# SPDX-License-Identifier: Apache-2.0
"""Resources that the rules of a plan's form match today."""

import dataclasses

from protection_dashboard.common.references import ResourceRef
from protection_dashboard.panels.plans.wizard import picks
from protection_dashboard.ui import cells

MAX_ROWS = 200


@dataclasses.dataclass(frozen=True)
class RuleMatch:
    """A resource that a rule selects, and whether it is excluded alone."""

    key: str
    name: str
    kind: str
    status: str = ''
    excluded: bool = False


@dataclasses.dataclass(frozen=True)
class RuleMatches:
    """The resources that rules match.

    At most MAX_ROWS ``rows``; ``errors`` are those of lists that could not be
    fetched. ``has_rules`` is false if there are no rules.
    """

    rows: list
    more: int
    errors: list
    has_rules: bool

    @property
    def count(self):
        """The number of resources that will be protected."""
        return sum(not row.excluded for row in self.rows) + self.more


def rule_matches(form):
    """The RuleMatches of the rules that a form holds now."""
    inventory = form.inventory
    found = {
        str(ResourceRef.of_resource(one)): one
        for one in inventory.matches(form.selectors, form.exceptions)
    }
    lost = [wanted for wanted in form.excluded if wanted not in found]
    rows = [
        _rule_match(one, wanted in form.excluded)
        for wanted, one in found.items()
    ]
    types = {selector['type'] for selector in form.selectors}
    return RuleMatches(
        rows=[*_unmatched_exclusions(form, lost), *rows[:MAX_ROWS]],
        more=max(0, len(rows) - MAX_ROWS),
        errors=[v for k, v in inventory.errors.items() if k in types],
        has_rules=bool(types),
    )


def _rule_match(resource, excluded):
    return RuleMatch(
        key=str(ResourceRef.of_resource(resource)),
        name=resource.label,
        kind=cells.type_name(resource.type),
        status=resource.status,
        excluded=excluded,
    )


def _unmatched_exclusions(form, wanted):
    """Resources that are excluded although no rule selects them."""
    single = [e for e in form.document.get('exclusions', []) if 'id' in e]
    stored = dict(zip(picks.keys(single), single, strict=True))
    for one in wanted:
        slug, resource_id = ResourceRef.parse_leniently(one)
        resource = form.inventory.by_key.get(one)
        name = resource.label if resource else stored.get(one, {}).get('name')
        yield RuleMatch(
            one, name or resource_id, cells.type_name(slug), excluded=True
        )
