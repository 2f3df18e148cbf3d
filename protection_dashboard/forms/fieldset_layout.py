# SPDX-License-Identifier: Apache-2.0
"""The fields of a form as a page arranges them: fieldsets in fieldsets."""

import dataclasses
import itertools

from django import forms

from protection_dashboard.forms.schema_form import Group


@dataclasses.dataclass(frozen=True)
class Part:
    """A field, or the fieldset of a group with its own parts."""

    field: forms.BoundField | None = None
    group: Group | None = None
    parts: tuple = ()


def of(form):
    """The parts of a form, in the order of its fields."""
    return _arranged(list(form.visible_fields()), 0)


def _arranged(fields, depth):
    found = []
    for group, same in itertools.groupby(fields, lambda f: _group(f, depth)):
        if group is None:
            found += [Part(field=field) for field in same]
        else:
            inner = _arranged(list(same), depth + 1)
            found.append(Part(group=group, parts=tuple(inner)))
    return found


def _group(bound, depth):
    group = getattr(bound.field, 'group', None)
    path = group.path if group else ()
    return path[depth] if depth < len(path) else None
