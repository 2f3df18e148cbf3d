# SPDX-License-Identifier: Apache-2.0
"""Whether a document is a valid plan document.

Whether its schedules can be read is checked by ``schedules/validation.py``: a
plan with a schedule that cannot be read is still a plan.
"""

from collections.abc import Mapping
import hashlib
import json
from typing import Any

import jsonschema

from protection_dashboard import exceptions
from protection_dashboard.plans import schema as plan_schema
from protection_dashboard.plans.schema import PlanDocument
from protection_dashboard.schemas import validation as schema_validation

#: levels of a document; options are the deepest part
_MAX_DEPTH = 50
#: characters of a sentence that quotes a value that somebody else wrote
_MAX_MESSAGE_LENGTH = 200
_VALIDATOR = schema_validation.validator(plan_schema.SCHEMA)


def check_document(document: Any) -> PlanDocument:
    """The document itself if it is valid.

    Refused otherwise, with the JSONPath and the reason of the worst fault.
    """
    if _depth(document) > _MAX_DEPTH:
        raise exceptions.Refused("Not a plan document: it is nested too deep.")
    found = _VALIDATOR.iter_errors(document)
    error = jsonschema.exceptions.best_match(found)
    if error:
        path, message = error.json_path, _shortened(error.message)
    elif path := _repeated_schedule(document):
        message = "another schedule has the same id"
    else:
        path, message = _without_method(document), "no method is told for it"
    if not path and _has_lone_surrogates(document):
        path, message = '$', "a text in it holds half a character"
    if path:
        raise exceptions.Refused(f"Not a plan document: {path}: {message}")
    checked: PlanDocument = document
    return checked


def _depth(document: Any) -> int:
    """How many levels a value of JSON has, counted to _MAX_DEPTH + 1."""
    level, depth = [document], 0
    while level and depth <= _MAX_DEPTH:
        inner = [one for one in level if isinstance(one, (dict, list))]
        level = [
            value
            for one in inner
            for value in (one.values() if isinstance(one, dict) else one)
        ]
        depth += 1
    return depth


def _has_lone_surrogates(document: Any) -> bool:
    """Whether a text has half of a surrogate pair: no page can show that."""
    try:
        json.dumps(document, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return True
    return False


def _shortened(text: str) -> str:
    """The beginning of a text, in characters that a page can show."""
    shown = text.encode(errors='backslashreplace').decode()
    if len(shown) <= _MAX_MESSAGE_LENGTH:
        return shown
    return f'{shown[:_MAX_MESSAGE_LENGTH]}...'


def _repeated_schedule(document: Mapping[str, Any]) -> str:
    """JSON path of the first schedule with the id of one before, or ''."""
    ids = [one['id'] for one in document['schedules']]
    twice = (i for i, one in enumerate(ids) if one in ids[:i])
    return next((f'$.schedules[{index}]' for index in twice), '')


def _without_method(document: Mapping[str, Any]) -> str:
    """JSON path of the first resource or rule without a method, or ''."""
    methods = document.get('methods', {})
    for part in ('resources', 'selectors'):
        for index, one in enumerate(document.get(part, [])):
            if 'protection' not in one and one['type'] not in methods:
                return f'$.{part}[{index}]'
    return ''


def check_document_once(text: str, document: Any) -> None:
    """Check a document unless its JSON ``text`` was found valid before.

    Refused when it is not valid. The check takes a millisecond, and a page
    may read 200 documents.
    """
    encoded = text.encode(errors='surrogatepass')
    digest = hashlib.sha256(encoded).digest()
    if digest in _VALID_DIGESTS:
        return
    check_document(document)
    if len(_VALID_DIGESTS) >= _MAX_DIGESTS:
        _VALID_DIGESTS.clear()
    _VALID_DIGESTS.add(digest)


_MAX_DIGESTS = 20_000
#: digests of the texts that this process has found valid
_VALID_DIGESTS: set[bytes] = set()
