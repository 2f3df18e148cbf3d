# SPDX-License-Identifier: Apache-2.0
"""The checkboxes of resources, as entries and exclusions of a document."""

import dataclasses

from django.utils.translation import gettext

from protection_dashboard.common.references import ResourceRef
from protection_dashboard.panels.plans.wizard import selectable_resources
from protection_dashboard.ui import cells

FIELD = 'resources'
EXCLUDED = 'excluded'


def sent_keys(data, field):
    """Keys that a form has sent: one per line, or one per value."""
    lines = '\n'.join(data.getlist(field)).splitlines()
    return list(dict.fromkeys(line.strip() for line in lines if line.strip()))


def keys(entries):
    return [str(ResourceRef.of_entry(one)) for one in entries]


@dataclasses.dataclass(frozen=True)
class PickedResources:
    """Ticked keys, with the resources that exist and the stored entries."""

    inventory: selectable_resources.Inventory
    document: dict

    def entries(self, wanted):
        """``(entries, errors as sentences)`` of the ticked resources.

        Stored entries stay as they are, in their order, even if the resource
        is gone; others have to exist.
        """
        entries = self.document['resources']
        stored = dict(zip(keys(entries), entries, strict=True))
        chosen = set(wanted)
        found = [entry for one, entry in stored.items() if one in chosen]
        wrong = []
        for one in wanted:
            resource = self.inventory.by_key.get(one)
            if one in stored:
                continue
            if resource:
                found.append(_resource_reference(resource))
            else:
                wrong.append(self._lost(one))
        return found, wrong

    def _lost(self, wanted):
        slug, resource_id = ResourceRef.parse_leniently(wanted)
        kind = cells.type_name(slug)
        reason = self.inventory.errors.get(slug)
        if reason:
            return f'{kind} {resource_id}: {reason}'
        text = gettext("%(kind)s %(id)s no longer exists: untick it.")
        return text % {'kind': kind, 'id': resource_id}

    def exclusions(self, wanted):
        """Exclusions of single resources; unknown resources are left out."""
        single = [e for e in self.document.get('exclusions', []) if 'id' in e]
        stored = dict(zip(keys(single), single, strict=True))
        for one in wanted:
            if one in stored:
                yield stored[one]
            elif one in self.inventory.by_key:
                yield _resource_reference(self.inventory.by_key[one])


def _resource_reference(resource):
    return {
        'type': resource.type,
        'id': resource.id,
        'name': resource.label,
    }
