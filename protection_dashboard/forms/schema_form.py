# SPDX-License-Identifier: Apache-2.0
"""A JSON Schema as form fields, and their values as an object.

The schema is one that :mod:`~protection_dashboard.schemas.dialect` knows. An
empty field is a missing value, or null where the schema allows null. A group
of values is missing if all of its fields are empty; its required values are
checked by :func:`validation_problems` once one of them is filled in.

Labels and help texts are plain text: templates escape them.
"""

import dataclasses
import json
from typing import Any

from django.forms import Field
from django.utils.translation import gettext

from protection_dashboard.forms import choice_fields
from protection_dashboard.forms import schema_fields
from protection_dashboard.schemas import dialect
from protection_dashboard.schemas import validation as schema_validation
from protection_dashboard.schemas.choices import Choices
from protection_dashboard.schemas.choices import FormChoices
from protection_dashboard.schemas.dialect import UnsupportedSchema

__all__ = [
    'UnsupportedSchema',
    'form_fields',
    'object_value',
    'picker_names',
    'validation_problems',
]


@dataclasses.dataclass(frozen=True)
class FieldGroup:
    """A nested object, shown as a fieldset inside that of its parent.

    With ``when``, the name of a field, it is shown only while that field has
    one of the ``values``.
    """

    name: str
    title: str = ''
    description: str = ''
    parent: 'FieldGroup | None' = None
    when: str = ''
    values: tuple = ()

    @property
    def path(self) -> tuple['FieldGroup', ...]:
        """The fieldsets around it, the outermost first, and itself."""
        return (*(self.parent.path if self.parent else ()), self)

    @property
    def when_is(self) -> str:
        """The values as JSON, for the script."""
        return json.dumps(self.values)


def form_fields(
    schema: dict[str, Any],
    prefix: str = '',
    initial: dict[str, Any] | None = None,
    offers: FormChoices | None = None,
    group: FieldGroup | None = None,
) -> dict[str, Field]:
    """``{name: field}``; a field of a nested object is named 'a.b'.

    ``prefix`` is put before each name as it is. ``initial`` is an object of
    the schema's shape. ``offers`` are the :class:`choices.FormChoices` to
    choose from. Each field has ``group``, its :class:`FieldGroup` (or None),
    and ``note``, a sentence about it (or '').

    UnsupportedSchema, with the path, when no form can be made of it.
    """
    dialect.check_schema(schema)
    about: dict[str, Any] = {
        'required': True,
        'offers': offers or FormChoices(),
        'group': group,
    }
    return _object_fields(schema, prefix, initial, **about)


def picker_names(schema: dict[str, Any]) -> set[str]:
    """Names of all pickers that the schema asks for, a set."""
    own = schema.get(dialect.PICKER)
    found: set[str] = set() if own is None else {own}
    return found.union(
        *map(picker_names, schema.get('properties', {}).values())
    )


def object_value(
    schema: dict[str, Any], cleaned_data: dict[str, Any], prefix: str = ''
) -> dict[str, Any]:
    """The object of the cleaned data of the fields."""
    required = schema.get('required', ())
    answers = {
        name: _property_value(item, cleaned_data, prefix + name)
        for name, item in schema.get('properties', {}).items()
    }
    return {
        name: answer
        for name, answer in answers.items()
        if _is_given(
            schema['properties'][name], answer, required=name in required
        )
    }


def validation_problems(
    schema: dict[str, Any], value: Any
) -> list[tuple[str, str]]:
    """``[(field name, sentence)]`` of errors, in the user's language."""
    return [
        (name, words.text(gettext))
        for name, words in schema_validation.field_errors(schema, value)
    ]


def _object_fields(
    schema: dict[str, Any],
    prefix: str,
    initial: dict[str, Any] | None,
    *,
    required: bool,
    offers: FormChoices,
    group: FieldGroup | None,
) -> dict[str, Field]:
    initial = initial or schema.get('default') or {}
    found = {}
    for name, item in schema.get('properties', {}).items():
        about = {
            'label': _translated(item.get('title') or _title_from_name(name)),
            'help_text': _translated(item.get('description', '')),
            'required': required and name in schema.get('required', ()),
            'initial': initial.get(name, item.get('default')),
        }
        build = _BUILDERS.get(dialect.type_without_null(item), _single_field)
        found.update(build(item, prefix + name, offers, group, about))
    return found


def _nested_fields(
    item: dict[str, Any],
    name: str,
    offers: FormChoices,
    group: FieldGroup | None,
    about: dict[str, Any],
) -> dict[str, Field]:
    group = FieldGroup(name, about['label'], about['help_text'], group)
    return _object_fields(
        item,
        f'{name}.',
        about['initial'],
        required=about['required'],
        offers=offers,
        group=group,
    )


def _single_field(
    item: dict[str, Any],
    name: str,
    offers: FormChoices,
    group: FieldGroup | None,
    about: dict[str, Any],
) -> dict[str, Field]:
    choices = offers.choices_of(name, item.get(dialect.PICKER))
    if choices is None or choices.reason:
        field = schema_fields.schema_field(item, **about)
    else:
        field = choice_fields.choices_field(
            item, choices, offers.blank, **about
        )
    field.group = group
    field.note = _choices_note(choices)
    return {name: field}


def _choices_note(choices: Choices | None) -> str:
    if choices is None or choices.offered:
        return ''
    if choices.reason:
        return gettext("The choices are missing: %s") % choices.reason
    return gettext("There is nothing to choose from.")


_BUILDERS = {'object': _nested_fields}


def _property_value(
    item: dict[str, Any], cleaned_data: dict[str, Any], name: str
) -> Any:
    answer = cleaned_data.get(name)
    if dialect.type_without_null(item) == 'object':
        return object_value(item, cleaned_data, f'{name}.')
    return {'array': answer or [], 'boolean': bool(answer)}.get(
        dialect.type_without_null(item), answer
    )


def _is_given(item: dict[str, Any], answer: Any, *, required: bool) -> bool:
    kind = dialect.type_without_null(item)
    if kind in ('array', 'object'):
        return required or not _is_blank(item, answer)
    return answer is not None or dialect.is_nullable(item)


def _is_blank(item: dict[str, Any], answer: Any) -> bool:
    """Whether nothing was filled in, except for a preset checkbox."""
    if dialect.type_without_null(item) == 'object':
        return all(
            _is_blank(item['properties'][name], inner)
            for name, inner in answer.items()
        )
    if dialect.type_without_null(item) == 'boolean':
        return answer == item.get('default', False)
    return answer in (None, [])


def _translated(text: str) -> str:
    # gettext('') would give the header of the catalog
    return gettext(text) if text else ''


def _title_from_name(name: str) -> str:
    return name.replace('_', ' ').capitalize()
