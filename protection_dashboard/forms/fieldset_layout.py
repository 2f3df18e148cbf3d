# SPDX-License-Identifier: Apache-2.0
"""The fields of a form as a page arranges them: fieldsets in fieldsets."""

import dataclasses
import itertools

from django import forms

from protection_dashboard.forms.schema_form import FieldGroup


@dataclasses.dataclass(frozen=True)
class FormPart:
    """A field, or the fieldset of a group with its own parts."""

    field: forms.BoundField | None = None
    group: FieldGroup | None = None
    parts: tuple = ()


def form_parts(form: forms.Form) -> list[FormPart]:
    """The parts of a form, in the order of its fields."""
    return _nested_parts(list(form.visible_fields()), 0)


def _nested_parts(
    fields: list[forms.BoundField], depth: int
) -> list[FormPart]:
    found = []
    for group, same in itertools.groupby(
        fields, lambda f: _group_at(f, depth)
    ):
        if group is None:
            found += [FormPart(field=field) for field in same]
        else:
            inner = _nested_parts(list(same), depth + 1)
            found.append(FormPart(group=group, parts=tuple(inner)))
    return found


def _group_at(bound: forms.BoundField, depth: int) -> FieldGroup | None:
    group = getattr(bound.field, 'group', None)
    path = group.path if group else ()
    return path[depth] if depth < len(path) else None
