# SPDX-License-Identifier: Apache-2.0
"""Whether a document is that of a plan.

A plan with a schedule that nobody can read is still one: :mod:`validation of
schedules <protection_dashboard.schedules.validation>` tells of it.
"""

import hashlib
import json

import jsonschema

from protection_dashboard import exceptions
from protection_dashboard.plans import schema as plan_schema
from protection_dashboard.schemas import validation as schema_validation

#: levels of a document; options are the deepest part
_DEEPEST = 50
#: characters of a sentence about a value that somebody else wrote
_LONGEST = 200
_VALIDATOR = schema_validation.validator(plan_schema.SCHEMA)


def check(document):
    """The document itself; Refused, naming the path, when it is not one."""
    if _depth(document) > _DEEPEST:
        raise exceptions.Refused("Not a plan document: it is nested too deep.")
    found = _VALIDATOR.iter_errors(document)
    error = jsonschema.exceptions.best_match(found)
    if error:
        path, message = error.json_path, _short(error.message)
    elif path := _repeated(document):
        message = "another schedule has the same id"
    else:
        path, message = _without_method(document), "no method is told for it"
    if not path and _is_torn(document):
        path, message = '$', "a text in it holds half a character"
    if path:
        raise exceptions.Refused(f"Not a plan document: {path}: {message}")
    return document


def _depth(document):
    """How many levels a value of JSON has; no more than one too many."""
    level, depth = [document], 0
    while level and depth <= _DEEPEST:
        inner = [one for one in level if isinstance(one, (dict, list))]
        level = [
            value
            for one in inner
            for value in (one.values() if isinstance(one, dict) else one)
        ]
        depth += 1
    return depth


def _is_torn(document):
    """Whether it has half of a pair of surrogates: no page can show it."""
    try:
        json.dumps(document, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return True
    return False


def _short(text):
    """The beginning of a text, of characters that a page can show."""
    shown = text.encode(errors='backslashreplace').decode()
    return shown if len(shown) <= _LONGEST else f'{shown[:_LONGEST]}...'


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
