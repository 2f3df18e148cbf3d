# SPDX-License-Identifier: Apache-2.0
"""A form field for each kind of JSON Schema.

A field accepts exactly what the schema accepts: the value is checked by the
schema, not by Django's validators (of an email address, for example).
"""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext

from protection_dashboard.forms import choice_fields
from protection_dashboard.forms.choice_fields import EnumField
from protection_dashboard.forms.choice_fields import MultipleEnumField
from protection_dashboard.forms.choice_fields import SchemaValidator
from protection_dashboard.schemas import dialect

_WIDGETS = {
    'date': forms.DateInput(attrs={'type': 'date'}),
    'email': forms.EmailInput(),
    'uri': forms.URLInput(),
}
_ATTRIBUTES = {
    'maxLength': 'maxlength',
    'maximum': 'max',
    'minLength': 'minlength',
    'minimum': 'min',
}


class NumberField(forms.FloatField):
    """A number; a whole one becomes an int, however large it is."""

    def to_python(self, value: Any) -> int | float | None:
        text = str(value).strip()
        if re.fullmatch('[+-]?[0-9]{1,300}', text):
            return int(text)
        return super().to_python(value)


class LinesField(forms.Field):
    """A list, one entry per line; empty lines are ignored."""

    widget = forms.Textarea(attrs={'rows': 4})

    def __init__(self, *, entry: forms.Field, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.entry = entry

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, list):
            return '\n'.join(
                choice_fields.value_text(entry) for entry in value
            )
        return value

    def to_python(self, value: str | None) -> list[Any]:
        lines = re.split('\r\n|\r|\n', value or '')
        numbered = enumerate((line for line in lines if line), 1)
        return [self._entry(number, line) for number, line in numbered]

    def _entry(self, number: int, line: str) -> Any:
        try:
            return self.entry.clean(line)
        except forms.ValidationError as error:
            message = gettext("Entry %(number)s: %(sentence)s")
            raise forms.ValidationError(
                [
                    message % {'number': number, 'sentence': sentence}
                    for sentence in error.messages
                ]
            ) from error


def schema_field(
    schema: dict[str, Any], *, required: bool, **kwargs: Any
) -> forms.Field:
    """The field of one property; ``kwargs`` are those of every field."""
    kind = 'enum' if 'enum' in schema else dialect.type_without_null(schema)
    required = required and not dialect.is_nullable(schema)
    return _BUILDERS[kind](schema, required=required, **kwargs)


def _string_field(schema: dict[str, Any], **kwargs: Any) -> forms.Field:
    made = forms.CharField(
        strip=False,
        empty_value=None,
        validators=[SchemaValidator(schema)],
        widget=_WIDGETS.get(schema.get('format', '')),
        **kwargs,
    )
    made.widget.attrs.update(_schema_attributes(schema))
    return made


def _integer_field(schema: dict[str, Any], **kwargs: Any) -> forms.Field:
    made = forms.IntegerField(validators=[SchemaValidator(schema)], **kwargs)
    attributes = _schema_attributes(schema).items()
    # browsers count the steps of a number field from ``min``
    made.widget.attrs.update({k: v for k, v in attributes if v == int(v)})
    return made


def _number_field(schema: dict[str, Any], **kwargs: Any) -> forms.Field:
    made = NumberField(validators=[SchemaValidator(schema)], **kwargs)
    made.widget.attrs.update(_schema_attributes(schema))
    return made


def _boolean_field(
    schema: dict[str, Any], *, required: bool, **kwargs: Any
) -> forms.Field:
    # an unticked checkbox is a value, too
    return forms.BooleanField(required=False, **kwargs)


def _array_field(
    schema: dict[str, Any], *, required: bool, **kwargs: Any
) -> forms.Field:
    kwargs['required'] = required and schema.get('minItems', 0) > 0
    items, fits = schema['items'], SchemaValidator(schema)
    if 'enum' in items:
        return MultipleEnumField(values=items['enum'], fits=fits, **kwargs)
    if items['type'] == 'boolean':
        entry = EnumField(values=(False, True))
    else:
        entry = schema_field(items, required=True)
    return LinesField(entry=entry, validators=[fits], **kwargs)


def _schema_attributes(schema: dict[str, Any]) -> dict[str, Any]:
    return {_ATTRIBUTES[k]: v for k, v in schema.items() if k in _ATTRIBUTES}


_BUILDERS = {
    'array': _array_field,
    'boolean': _boolean_field,
    'enum': choice_fields.enum_field,
    'integer': _integer_field,
    'number': _number_field,
    'string': _string_field,
}
