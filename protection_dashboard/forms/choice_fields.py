# SPDX-License-Identifier: Apache-2.0
"""Fields that offer values: of an enum, or objects of the cloud by name."""

from collections.abc import Iterable
from collections.abc import Mapping
import dataclasses
import json
from typing import Any

from django import forms
from django.utils.translation import gettext
from horizon.forms import ThemableChoiceField

from protection_dashboard.schemas import dialect
from protection_dashboard.schemas import validation as schema_validation
from protection_dashboard.schemas.choices import Choices
from protection_dashboard.ui.markup import StrOrPromise

# Django's own message quotes the value, and wizards do not escape it
_NOT_OFFERED = schema_validation.SENTENCES['enum']


@dataclasses.dataclass(frozen=True)
class SchemaValidator:
    """A validator of a field: the value is valid by a JSON Schema."""

    schema: dict

    def __call__(self, value: Any) -> None:
        found = schema_validation.field_errors(self.schema, value)
        if found:
            raise forms.ValidationError(
                [words.text(gettext) for _name, words in found]
            )


class EnumField(ThemableChoiceField):
    """One of some values, shown under their labels or as JSON writes them.

    ``blank`` is the label of no value at all; None: there is no such choice.
    """

    def __init__(
        self,
        *,
        values: Iterable[Any],
        labels: Mapping[str, StrOrPromise] | None = None,
        blank: StrOrPromise | None = None,
        **kwargs: Any,
    ) -> None:
        self.values = {value_text(v): v for v in values if v is not None}
        shown = [
            (name, (labels or {}).get(name, name)) for name in self.values
        ]
        first = [] if blank is None else [('', blank)]
        super().__init__(choices=first + shown, **kwargs)
        self.error_messages['invalid_choice'] = gettext(_NOT_OFFERED)

    def prepare_value(self, value: Any) -> str:
        return value_text(value)

    def clean(self, value: Any) -> Any:
        return self.values.get(super().clean(value))


class MultipleEnumField(forms.MultipleChoiceField):
    """Any of some values."""

    widget = forms.CheckboxSelectMultiple

    def __init__(
        self,
        *,
        values: Iterable[Any],
        fits: SchemaValidator,
        labels: Mapping[str, StrOrPromise] | None = None,
        **kwargs: Any,
    ) -> None:
        self.values, self.fits = {value_text(v): v for v in values}, fits
        shown = [
            (name, (labels or {}).get(name, name)) for name in self.values
        ]
        super().__init__(choices=shown, **kwargs)
        self.error_messages['invalid_choice'] = gettext(_NOT_OFFERED)

    def prepare_value(self, value: Any) -> list[str]:
        return [value_text(one) for one in value or ()]

    def clean(self, value: Any) -> list[Any]:
        values = [self.values[name] for name in super().clean(value)]
        if values:
            self.fits(values)
        return values


def enum_field(
    schema: dict[str, Any], *, required: bool, **kwargs: Any
) -> EnumField:
    """The field of a property with an enum."""
    return EnumField(
        values=schema['enum'],
        required=required,
        blank=None if required else gettext("(none)"),
        **kwargs,
    )


def choices_field(
    schema: dict[str, Any],
    choices: Choices,
    blank: StrOrPromise,
    *,
    required: bool,
    initial: Any,
    **kwargs: Any,
) -> EnumField | MultipleEnumField:
    """The field of a property with :class:`choices.Choices`.

    Only choices that fit the schema are offered, and always the initial
    value. ``blank`` is the label of leaving the option out.
    """
    several = dialect.type_without_null(schema) == 'array'
    required = required and not dialect.is_nullable(schema)
    item = schema['items'] if several else schema
    labels = _labels(item, choices, (initial if several else [initial]) or ())
    kwargs |= {
        'values': list(labels),
        'labels': {
            value_text(value): label for value, label in labels.items()
        },
        'initial': initial,
    }
    if several:
        required = required and schema.get('minItems', 0) > 0
        return MultipleEnumField(
            fits=SchemaValidator(schema), required=required, **kwargs
        )
    own = dict(choices.offered).get('')
    must = required or (choices.exact and own is None)
    first = own or _empty_label(blank, required=must, start=initial)
    return EnumField(
        blank=first, required=must, widget=forms.Select(), **kwargs
    )


def _labels(
    schema: dict[str, Any], choices: Choices, initial: Iterable[Any]
) -> dict[Any, StrOrPromise]:
    """``{value: label}`` of the choices that fit, and of initial values."""
    labels = {
        value: label
        for value, label in choices.offered
        if value != '' and schema_validation.is_valid(schema, value)
    }
    for value in initial:
        if value not in (None, '', *labels):
            labels[value] = gettext("%s (unknown)") % value_text(value)
    return labels


def _empty_label(
    blank: StrOrPromise, *, required: bool, start: Any
) -> StrOrPromise | None:
    """The label of the empty choice; None for no such choice."""
    if not required:
        return blank or gettext("(none)")
    return gettext("(choose)") if start in (None, '') else None


def value_text(value: Any) -> str:
    """A value as text, as the page shows it and the browser sends it."""
    if value is None:
        return ''
    return value if isinstance(value, str) else json.dumps(value)
