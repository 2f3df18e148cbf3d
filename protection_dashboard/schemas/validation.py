# SPDX-License-Identifier: Apache-2.0
"""Whether a value is valid against a JSON Schema, and sentences if it is not.

The formats are those of JSON Schema draft 2020-12, validation, 7.3. They are
checked here, as jsonschema checks some of them only where optional libraries
are installed.
"""

from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Mapping
import datetime
import functools
import itertools
import re
from typing import Any
import urllib.parse

import jsonschema

from protection_dashboard.common.i18n import TranslatableText
from protection_dashboard.common.i18n import gettext_noop as _

#: a JSON Schema; in the parts that are read, no boolean schema
Schema = Mapping[str, Any]

#: format -> sentence for a value that does not have it
FORMATS = {
    'date': _("Must be a date such as 2026-10-25."),
    'date-time': _("Must be a time such as 2026-10-25T02:30:00Z."),
    'email': _("Must be an email address."),
    'ipv4': _("Must be an IPv4 address."),
    'ipv6': _("Must be an IPv6 address."),
    'time': _("Must be a time of day such as 02:30:00Z."),
    'uri': _("Must be an address such as https://example.org/path."),
    'uuid': _("Must be an ID such as 2f1b3a52-9c07-4b44-8c1e-0a6d5e7f9b11."),
}
#: type -> sentence for a value of another type
TYPES = {
    'string': _("Must be text."),
    'integer': _("Must be a whole number."),
    'number': _("Must be a number."),
    'boolean': _("Must be yes or no."),
    'array': _("Must be a list."),
    'object': _("Must be a group of values."),
}
#: keyword -> sentence for a value that breaks it
SENTENCES = {
    'enum': _("Must be one of the offered values."),
    'exclusiveMaximum': _("Must be less than %(limit)s."),
    'exclusiveMinimum': _("Must be more than %(limit)s."),
    'maxItems': _("The number of entries must be at most %(limit)s."),
    'maxLength': _("The number of characters must be at most %(limit)s."),
    'maximum': _("Must be at most %(limit)s."),
    'minItems': _("The number of entries must be at least %(limit)s."),
    'minLength': _("The number of characters must be at least %(limit)s."),
    'minimum': _("Must be at least %(limit)s."),
    'multipleOf': _("Must be a multiple of %(limit)s."),
    'pattern': _("Must have the form that is asked for."),
    'uniqueItems': _("No entry may come twice."),
}
REQUIRED = _("This value is required.")
UNKNOWN = _("This value is not known here.")
TOO_LARGE = _("A number is too large, or none at all.")
OTHER = _("This value does not fit.")

_CHECKER = jsonschema.FormatChecker(
    formats=('date', 'email', 'ipv4', 'ipv6', 'uuid')
)
_TIME = r'[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})'
_PATTERNS = {
    'date-time': rf'[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}T{_TIME}',
    'time': _TIME,
    'uri': r'[A-Z][A-Z0-9+.-]*:[^\s<>"{}|\\^`]+',
}
_PARSERS: dict[str, Callable[[str], object]] = {
    'date-time': datetime.datetime.fromisoformat,
    'time': datetime.time.fromisoformat,
    'uri': urllib.parse.urlsplit,
}


def _check_format(name: str, value: object) -> bool:
    """Whether a text matches the pattern of a format and can be parsed.

    ValueError if it cannot be parsed. Other values than text are valid.
    """
    if not isinstance(value, str):
        return True
    matched = re.fullmatch(_PATTERNS[name], value, re.IGNORECASE)
    return bool(matched and _PARSERS[name](value.upper()))


for _name in _PATTERNS:
    _CHECKER.checks(_name, raises=ValueError)(
        functools.partial(_check_format, _name)
    )


def _is_integer(_checker: jsonschema.TypeChecker, value: object) -> bool:
    """As the services see it: neither 3.0 nor a boolean is an integer."""
    return isinstance(value, int) and not isinstance(value, bool)


_Validator: Any = jsonschema.validators.extend(  # type: ignore[no-untyped-call]
    jsonschema.Draft202012Validator,
    type_checker=jsonschema.Draft202012Validator.TYPE_CHECKER.redefine(
        'integer', _is_integer
    ),
)


def validator(schema: Schema) -> jsonschema.protocols.Validator:
    """A validator of jsonschema's that also checks the formats."""
    made: jsonschema.protocols.Validator = _Validator(
        schema, format_checker=_CHECKER
    )
    return made


def is_valid(schema: Schema, value: Any) -> bool:
    """Whether a value is valid."""
    return not field_errors(schema, value)


def field_errors(
    schema: Schema, value: Any
) -> list[tuple[str, TranslatableText]]:
    """``[(name, sentence)]`` of all that is wrong; empty for a valid value.

    The name is that of the field in a form: 'size', 'network.id', or '' for
    the whole value. The sentences never quote the value.
    """
    try:
        found = list(validator(schema).iter_errors(value))
    except (OverflowError, ValueError):
        # jsonschema divides for multipleOf, and numbers may be inf or NaN
        return [('', TranslatableText(TOO_LARGE))]
    pairs = [pair for error in found for pair in _named_sentences(error)]
    unique = {(name, str(words)): (name, words) for name, words in pairs}
    return [unique[key] for key in sorted(unique)]


def located_errors(
    schema: Schema, value: Any
) -> list[tuple[str, TranslatableText]]:
    """``[(path, sentence)]`` of all that is wrong; empty for a valid value.

    The path is in JSONPath, such as '$.schedules[0].zone', and also tells the
    place of a value that is missing or that the schema does not know. The
    sentences never quote the value.
    """
    try:
        found = list(validator(schema).iter_errors(value))
    except (OverflowError, ValueError):
        return [('$', TranslatableText(TOO_LARGE))]
    unique = {
        (_json_path(path), str(words)): words
        for error in found
        for path, words in _placed_sentences(error)
    }
    return [(path, unique[path, text]) for path, text in sorted(unique)]


def _placed_sentences(
    error: jsonschema.ValidationError,
) -> list[tuple[list[str | int], TranslatableText]]:
    path = list(error.absolute_path)
    found = _wrong_keys(error)
    if not found:
        return [(path, _sentence(error))]
    return [([*path, name], words) for name, words in found]


def _json_path(path: Iterable[str | int]) -> str:
    steps = (
        f'[{step}]' if isinstance(step, int) else f'.{step}' for step in path
    )
    return '$' + ''.join(steps)


def _wrong_keys(error: Any) -> list[tuple[str, TranslatableText]]:
    """``[(key, sentence)]`` of keys that are missing, or not known."""
    if error.validator == 'required':
        missing = [n for n in error.validator_value if n not in error.instance]
        return [(name, TranslatableText(REQUIRED)) for name in missing]
    if error.validator == 'additionalProperties':
        unknown = set(error.instance) - set(error.schema.get('properties', ()))
        return [(name, TranslatableText(UNKNOWN)) for name in unknown]
    return []


def _named_sentences(
    error: jsonschema.ValidationError,
) -> list[tuple[str, TranslatableText]]:
    """``[(field's name, sentence)]`` of an error: one for each wrong key."""
    path = list(error.absolute_path)
    keys = _wrong_keys(error)
    if keys:
        return [(_field_name([*path, key]), words) for key, words in keys]
    return [(_field_name(path), _sentence_with_entry(error, path))]


def _field_name(path: Iterable[str | int]) -> str:
    """The keys of a path up to the first index, joined by dots."""
    keys = itertools.takewhile(lambda key: isinstance(key, str), path)
    return '.'.join(map(str, keys))


def _sentence_with_entry(
    error: jsonschema.ValidationError, path: list[str | int]
) -> TranslatableText:
    """The sentence of an error; it names the entry if this is in an array."""
    words = _sentence(error)
    if path and isinstance(path[-1], int):
        message = _("Entry %(number)s: %(sentence)s")
        return TranslatableText(
            message, {'number': path[-1] + 1, 'sentence': words}
        )
    return words


def _sentence(error: Any) -> TranslatableText:
    keyword, limit = error.validator, error.validator_value
    if keyword == 'type':
        types = [limit] if isinstance(limit, str) else limit
        expected = next(name for name in types if name != 'null')
        return TranslatableText(TYPES[expected])
    if keyword == 'format':
        return TranslatableText(FORMATS[limit])
    return TranslatableText(SENTENCES.get(keyword, OTHER), {'limit': limit})
