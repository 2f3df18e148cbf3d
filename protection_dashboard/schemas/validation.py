# SPDX-License-Identifier: Apache-2.0
"""Whether a value fits a JSON Schema and, in words, why it does not.

The formats are those of JSON Schema draft 2020-12, validation, 7.3, checked
the same way wherever this package runs: jsonschema alone checks some of
them only where further libraries happen to be installed.
"""

import datetime
import functools
import itertools
import re
import urllib.parse

import jsonschema

from protection_dashboard.common.i18n import Words
from protection_dashboard.common.i18n import gettext_noop as _

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
TYPES = {
    'string': _("Must be text."),
    'integer': _("Must be a whole number."),
    'number': _("Must be a number."),
    'boolean': _("Must be yes or no."),
    'array': _("Must be a list."),
    'object': _("Must be a group of values."),
}
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
_READERS = {
    'date-time': datetime.datetime.fromisoformat,
    'time': datetime.time.fromisoformat,
    'uri': urllib.parse.urlsplit,
}


def _check_format(name, value):
    """Text of the right form, of which the reader makes something."""
    if not isinstance(value, str):
        return True
    matched = re.fullmatch(_PATTERNS[name], value, re.IGNORECASE)
    return bool(matched and _READERS[name](value.upper()))


for _name in _PATTERNS:
    _CHECKER.checks(_name, raises=ValueError)(
        functools.partial(_check_format, _name)
    )


def _is_whole(_checker, value):
    """As a service reads it: 3.0 is no whole number, nor is a truth value."""
    return isinstance(value, int) and not isinstance(value, bool)


_Validator = jsonschema.validators.extend(
    jsonschema.Draft202012Validator,
    type_checker=jsonschema.Draft202012Validator.TYPE_CHECKER.redefine(
        'integer', _is_whole
    ),
)


def validator(schema):
    """A validator that also checks the formats."""
    return _Validator(schema, format_checker=_CHECKER)


def conforms(schema, value):
    return not errors(schema, value)


def errors(schema, value):
    """``[(name, Words)]`` of what is wrong with a value; empty if it fits.

    The name is that of the field: 'size', 'network.id', or '' for the value
    itself. The words never quote the value.
    """
    try:
        found = list(validator(schema).iter_errors(value))
    except (OverflowError, ValueError):
        # jsonschema divides: by floats, infinity and NaN among them
        return [('', Words(TOO_LARGE))]
    pairs = [pair for error in found for pair in _pairs(error)]
    said = {(name, str(words)): (name, words) for name, words in pairs}
    return [said[key] for key in sorted(said)]


def located(schema, value):
    """``[(path, Words)]`` of what is wrong anywhere in a value.

    The path is that of the value in JSONPath: '$.schedules[0].zone'; of one
    that is missing or not known here too. The words never quote the value.
    """
    try:
        found = list(validator(schema).iter_errors(value))
    except (OverflowError, ValueError):
        return [('$', Words(TOO_LARGE))]
    said = {
        (_path(path), str(words)): words
        for error in found
        for path, words in _placed(error)
    }
    return [(path, said[path, text]) for path, text in sorted(said)]


def _placed(error):
    path = list(error.absolute_path)
    found = _keys(error)
    if not found:
        return [(path, _sentence(error))]
    return [([*path, name], words) for name, words in found]


def _path(path):
    steps = (
        f'[{step}]' if isinstance(step, int) else f'.{step}' for step in path
    )
    return '$' + ''.join(steps)


def _keys(error):
    """``[(key, Words)]`` of keys that are missing, or not known."""
    if error.validator == 'required':
        missing = [n for n in error.validator_value if n not in error.instance]
        return [(name, Words(REQUIRED)) for name in missing]
    if error.validator == 'additionalProperties':
        unknown = set(error.instance) - set(error.schema.get('properties', ()))
        return [(name, Words(UNKNOWN)) for name in unknown]
    return []


def _pairs(error):
    """Names and words of one error; one of several keys names each key."""
    path = list(error.absolute_path)
    keys = _keys(error)
    if keys:
        return [(_name_of([*path, key]), words) for key, words in keys]
    return [(_name_of(path), _words(error, path))]


def _name_of(path):
    keys = itertools.takewhile(lambda key: isinstance(key, str), path)
    return '.'.join(keys)


def _words(error, path):
    words = _sentence(error)
    if path and isinstance(path[-1], int):
        message = _("Entry %(number)s: %(sentence)s")
        return Words(message, {'number': path[-1] + 1, 'sentence': words})
    return words


def _sentence(error):
    keyword, limit = error.validator, error.validator_value
    if keyword == 'type':
        kind = next(name for name in _types(limit) if name != 'null')
        return Words(TYPES[kind])
    if keyword == 'format':
        return Words(FORMATS[limit])
    return Words(SENTENCES.get(keyword, OTHER), {'limit': limit})


def _types(types):
    return [types] if isinstance(types, str) else types
