# SPDX-License-Identifier: Apache-2.0
"""One field of a form for each kind of JSON Schema.

A field accepts just what the schema does: the schema itself checks the
value that the field has read, not Django's own idea of an email address.
"""

import dataclasses
import json
import re

from django import forms
from django.utils.translation import gettext
from horizon.forms import ThemableChoiceField

from protection_dashboard import conformity
from protection_dashboard import dialect

_WIDGETS = {
    'date': forms.DateInput(attrs={'type': 'date'}),
    'email': forms.EmailInput(),
    'uri': forms.URLInput(),
}
# Django's own sentence quotes what came in, and wizards do not escape it
_NOT_OFFERED = conformity.SENTENCES['enum']
_ATTRIBUTES = {
    'maxLength': 'maxlength',
    'maximum': 'max',
    'minLength': 'minlength',
    'minimum': 'min',
}


@dataclasses.dataclass(frozen=True)
class Fits:
    """A validator of a field: the value fits a schema."""

    schema: dict

    def __call__(self, value):
        found = conformity.errors(self.schema, value)
        if found:
            raise forms.ValidationError(
                [words.text(gettext) for _name, words in found]
            )


class NumberField(forms.FloatField):
    """A number that stays whole when it is, however large it is."""

    def to_python(self, value):
        text = str(value).strip()
        if re.fullmatch('[+-]?[0-9]{1,300}', text):
            return int(text)
        return super().to_python(value)


class EnumField(ThemableChoiceField):
    """One of some values, which are shown as JSON writes them."""

    def __init__(self, *, values, required=True, **kwargs):
        self.values = _by_text(values)
        blank = [] if required else [('', gettext("(none)"))]
        choices = blank + [(text, text) for text in self.values]
        super().__init__(choices=choices, required=required, **kwargs)
        self.error_messages['invalid_choice'] = gettext(_NOT_OFFERED)

    def prepare_value(self, value):
        return _text(value)

    def clean(self, value):
        return self.values.get(super().clean(value))


class EnumsField(forms.MultipleChoiceField):
    """Any of some values."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, *, values, fits, **kwargs):
        self.values, self.fits = _by_text(values), fits
        choices = [(text, text) for text in self.values]
        super().__init__(choices=choices, **kwargs)
        self.error_messages['invalid_choice'] = gettext(_NOT_OFFERED)

    def prepare_value(self, value):
        return [_text(one) for one in value or ()]

    def clean(self, value):
        values = [self.values[text] for text in super().clean(value)]
        if values:
            self.fits(values)
        return values


class LinesField(forms.Field):
    """A list, one entry a line; empty lines do not count."""

    widget = forms.Textarea(attrs={'rows': 4})

    def __init__(self, *, entry, **kwargs):
        super().__init__(**kwargs)
        self.entry = entry

    def prepare_value(self, value):
        if isinstance(value, list):
            return '\n'.join(_text(entry) for entry in value)
        return value

    def to_python(self, value):
        lines = re.split('\r\n|\r|\n', value or '')
        numbered = enumerate((line for line in lines if line), 1)
        return [self._entry(number, line) for number, line in numbered]

    def _entry(self, number, line):
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


def field(schema, *, required, **kwargs):
    """The field of one property; ``kwargs`` are those of every field."""
    kind = 'enum' if 'enum' in schema else dialect.kind(schema)
    required = required and not dialect.nullable(schema)
    return _BUILDERS[kind](schema, required=required, **kwargs)


def _enum(schema, **kwargs):
    return EnumField(values=schema['enum'], **kwargs)


def _string(schema, **kwargs):
    made = forms.CharField(
        strip=False,
        empty_value=None,
        validators=[Fits(schema)],
        widget=_WIDGETS.get(schema.get('format')),
        **kwargs,
    )
    made.widget.attrs.update(_attributes(schema))
    return made


def _integer(schema, **kwargs):
    made = forms.IntegerField(validators=[Fits(schema)], **kwargs)
    attributes = _attributes(schema).items()
    # a browser counts whole numbers from the least one on
    made.widget.attrs.update({k: v for k, v in attributes if v == int(v)})
    return made


def _number(schema, **kwargs):
    made = NumberField(validators=[Fits(schema)], **kwargs)
    made.widget.attrs.update(_attributes(schema))
    return made


def _boolean(schema, *, required, **kwargs):
    # no tick is an answer, too
    return forms.BooleanField(required=False, **kwargs)


def _array(schema, *, required, **kwargs):
    kwargs['required'] = required and schema.get('minItems', 0) > 0
    items, fits = schema['items'], Fits(schema)
    if 'enum' in items:
        return EnumsField(values=items['enum'], fits=fits, **kwargs)
    if items['type'] == 'boolean':
        entry = EnumField(values=(False, True))
    else:
        entry = field(items, required=True)
    return LinesField(entry=entry, validators=[fits], **kwargs)


def _attributes(schema):
    return {_ATTRIBUTES[k]: v for k, v in schema.items() if k in _ATTRIBUTES}


def _by_text(values):
    return {_text(value): value for value in values if value is not None}


def _text(value):
    if value is None:
        return ''
    return value if isinstance(value, str) else json.dumps(value)


_BUILDERS = {
    'array': _array,
    'boolean': _boolean,
    'enum': _enum,
    'integer': _integer,
    'number': _number,
    'string': _string,
}
