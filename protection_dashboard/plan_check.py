# SPDX-License-Identifier: Apache-2.0
"""Whether a document is that of a plan."""

import hashlib

import jsonschema

from protection_dashboard import exceptions
from protection_dashboard import plan_schema

_VALIDATOR = jsonschema.Draft202012Validator(
    plan_schema.SCHEMA,
    format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER,
)


def check(document):
    """The document itself; Refused, naming the path, when it is not one."""
    found = _VALIDATOR.iter_errors(document)
    error = jsonschema.exceptions.best_match(found)
    if error:
        path, message = error.json_path, error.message
    elif path := _repeated(document):
        message = "another schedule has the same id"
    else:
        path, message = _without_method(document), "no method is told for it"
    if path:
        raise exceptions.Refused(f"Not a plan document: {path}: {message}")
    return document


def _repeated(document):
    """JSON path of the first schedule with the id of one before, or ''."""
    ids = [one['id'] for one in document['schedules']]
    twice = (i for i, one in enumerate(ids) if one in ids[:i])
    return next((f'$.schedules[{index}]' for index in twice), '')


def _without_method(document):
    """JSON path of the first resource or selector without a method, or ''."""
    methods = document.get('methods', {})
    for part in ('resources', 'selectors'):
        for index, one in enumerate(document.get(part, [])):
            if 'protection' not in one and one['type'] not in methods:
                return f'$.{part}[{index}]'
    return ''


def check_once(text, document):
    """As ``check``, of a document and the JSON that it was read from.

    The check takes a millisecond, and a page may read 200 documents: a text
    that was right once is not checked again.
    """
    encoded = text.encode(errors='surrogatepass')
    digest = hashlib.sha256(encoded).digest()
    if digest in _CHECKED:
        return
    check(document)
    if len(_CHECKED) >= _MOST_CHECKED:
        _CHECKED.clear()
    _CHECKED.add(digest)


_MOST_CHECKED = 20_000
#: digests of texts that this process has found to be right
_CHECKED = set()
