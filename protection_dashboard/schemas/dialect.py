# SPDX-License-Identifier: Apache-2.0
"""The part of JSON Schema (draft 2020-12) that options are written in.

It covers what a form can ask for: text, numbers, booleans, arrays of these,
and objects of all these. Any other keyword is refused with its path when a
schema is loaded, so no keyword is silently ignored.
https://json-schema.org/draft/2020-12/json-schema-validation
"""

from collections.abc import Callable
from collections.abc import Iterable
import functools
import json
from typing import Any

import jsonschema

from protection_dashboard.schemas.validation import FORMATS
from protection_dashboard.schemas.validation import Schema
from protection_dashboard.schemas.validation import is_valid

DRAFT: str = jsonschema.Draft202012Validator.META_SCHEMA['$id']
#: keyword with the name of a picker, which lists the choices for a text
PICKER = 'x-picker'

_ABOUT = {'$comment', 'default', 'description', 'title', 'type'}
_NUMERIC = {
    'enum',
    'exclusiveMaximum',
    'exclusiveMinimum',
    'maximum',
    'minimum',
    'multipleOf',
}
_SCALARS: dict[str, set[str]] = {
    'string': {'enum', 'format', 'maxLength', 'minLength', 'pattern'},
    'integer': _NUMERIC,
    'number': _NUMERIC,
    'boolean': set(),
}
_KEYWORDS = {
    **_SCALARS,
    'string': _SCALARS['string'] | {PICKER},
    'array': {'items', 'maxItems', 'minItems', PICKER, 'uniqueItems'},
    'object': {'additionalProperties', 'properties', 'required'},
}
_NULLABLE = {'string', 'integer', 'number'}


class UnsupportedSchema(ValueError):
    """A part of a schema that no form can be made of.

    ``path`` is that of the part, in JSONPath: '$.properties.size.type'.
    """

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path} {reason}")
        self.path = path
        self.reason = reason


def type_without_null(schema: Schema) -> str:
    """The schema's type besides null: 'string', 'integer', 'object'..."""
    types = schema['type']
    return types if isinstance(types, str) else _without_null(types)[0]


def is_nullable(schema: Schema) -> bool:
    """Whether None is valid."""
    return is_valid(schema, None)


def check_schema(schema: object) -> None:
    """Raise UnsupportedSchema unless a form can be made of the schema."""
    try:
        text = json.dumps(schema)
    except (TypeError, ValueError) as error:
        raise UnsupportedSchema('$', "is not JSON") from error
    _check_text(text)


@functools.lru_cache
def _check_text(text: str) -> None:
    # cached by the text: pages check the same few schemas again and again
    schema = json.loads(text)
    try:
        jsonschema.Draft202012Validator.check_schema(schema)
    except jsonschema.SchemaError as error:
        raise UnsupportedSchema(
            error.json_path, "is not valid JSON Schema"
        ) from error
    if not isinstance(schema, dict) or schema.get('type') != 'object':
        raise UnsupportedSchema('$.type', "has to be object")
    if schema.get('$schema', DRAFT).rstrip('#') != DRAFT:
        raise UnsupportedSchema('$.$schema', f"has to be {DRAFT}")
    schema.pop('$schema', None)
    schema.pop('$id', None)
    _check_property(schema, '$')


def _check_property(schema: object, path: str) -> None:
    if not isinstance(schema, dict):
        raise UnsupportedSchema(path, "has to be an object with a type")
    _check_type(schema, path)
    _check_keywords(
        schema, path, _KEYWORDS[type_without_null(schema)] | _ABOUT
    )
    if not isinstance(schema.get(PICKER, ''), str):
        raise UnsupportedSchema(f'{path}.{PICKER}', "has to be text")
    _CHECKS.get(type_without_null(schema), _check_scalar)(schema, path)
    default = schema.get('default')
    if default is not None and not is_valid(schema, default):
        raise UnsupportedSchema(f'{path}.default', "does not fit the schema")


def _check_type(schema: Schema, path: str) -> None:
    if not schema.get('type'):
        raise UnsupportedSchema(path, "has no type")
    path, types = f'{path}.type', schema['type']
    if isinstance(types, list) and len(_without_null(types)) != 1:
        raise UnsupportedSchema(path, "has to name one type besides null")
    if type_without_null(schema) not in _KEYWORDS:
        raise UnsupportedSchema(path, "has to name one type besides null")
    if 'null' in types and type_without_null(schema) not in _NULLABLE:
        raise UnsupportedSchema(path, "may be null for text and numbers only")


def _check_keywords(schema: Schema, path: str, known: set[str]) -> None:
    for keyword in schema:
        if keyword not in known:
            raise UnsupportedSchema(f'{path}.{keyword}', "is not supported")


def _check_scalar(schema: Schema, path: str) -> None:
    if schema.get('format', 'date') not in FORMATS:
        raise UnsupportedSchema(f'{path}.format', "is not supported")
    for value in schema.get('enum', ()):
        if value == '' or not is_valid(schema, value):
            raise UnsupportedSchema(
                f'{path}.enum', "holds a value that cannot be chosen"
            )


def _check_array(schema: Schema, path: str) -> None:
    path, items = f'{path}.items', schema.get('items')
    types = list(_SCALARS)
    if not isinstance(items, dict) or items.get('type') not in types:
        raise UnsupportedSchema(path, "has to be text, numbers or booleans")
    _check_keywords(
        items, path, _SCALARS[items['type']] | {'$comment', 'type'}
    )
    _check_scalar(items, path)


def _check_object(schema: Schema, path: str) -> None:
    properties = schema.get('properties', {})
    for name, item in properties.items():
        if not name or '.' in name:
            raise UnsupportedSchema(
                f'{path}.properties', "has a name that is empty or has a dot"
            )
        _check_property(item, f'{path}.properties.{name}')
    for name in set(schema.get('required', ())) - set(properties):
        raise UnsupportedSchema(
            f'{path}.required', f"names {name}, which has no schema"
        )
    if not isinstance(schema.get('additionalProperties', True), bool):
        raise UnsupportedSchema(
            f'{path}.additionalProperties', "has to be true or false"
        )


def _without_null(types: Iterable[str]) -> list[str]:
    return [name for name in types if name != 'null']


_CHECKS: dict[str, Callable[[Any, str], None]] = {
    'array': _check_array,
    'object': _check_object,
}
