# SPDX-License-Identifier: Apache-2.0
"""The field for a plan's name, and a name that is not used yet."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext

from protection_dashboard.plans import schema as plan_schema


class PlanNameField(forms.CharField):
    """A name that no other plan of the project has."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=plan_schema.MAX_NAME_LENGTH, **kwargs)
        self.taken: frozenset[str] = frozenset()

    def clean(self, value: Any) -> str:
        name = super().clean(value)
        if name.lower() in self.taken:
            raise forms.ValidationError(
                gettext("A plan of this name exists: choose another one.")
            )
        return name


def unused_name(wanted: str, names: Iterable[str]) -> str:
    """``wanted``, or the first of 'wanted 2', 'wanted 3'... not in ``names``.

    Cut to the allowed length, as ``wanted`` may contain a long name.
    """
    taken = {name.lower() for name in names}
    ends = ['', *(f' {count}' for count in range(2, len(taken) + 2))]
    candidates = (
        wanted[: plan_schema.MAX_NAME_LENGTH - len(e)] + e for e in ends
    )
    return next(name for name in candidates if name.lower() not in taken)
