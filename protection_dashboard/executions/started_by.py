# SPDX-License-Identifier: Apache-2.0
"""Who started an execution: its description in Mistral, and filters for it.

Mistral keeps 255 characters of a description. Into an execution that a cron
trigger starts it writes a sentence of its own; what a person starts gets JSON
from us: ``{"by": name, "trigger": id, "retry_of": id}``.
"""

import json
from typing import Any

from protection_dashboard.common import ids
from protection_dashboard.common import json_text

#: values of Mistral's filter ``description`` in a list of executions
SCHEDULE_FILTER = 'has:orkflow execution'
PERSON_FILTER = 'has:{"by": '
# of the person's name as JSON: the ids and the keys need the rest
_MAX_LENGTH = 130


def description(person: str, trigger_id: str = '', retry_of: str = '') -> str:
    """The description of an execution that a person starts.

    ``trigger_id`` is the id of the schedule that they run by hand;
    ``retry_of`` is the id of the execution whose failures are repeated.
    """
    ids_by_key = {'trigger': trigger_id, 'retry_of': retry_of}
    known = {key: value for key, value in ids_by_key.items() if value}
    return _json({'by': _short(person), **known})


def person_filter(person: str) -> str:
    """Mistral's filter for the executions that a person started.

    It may find a few others, too.
    """
    named = _json(_short(person))
    # databases differ in whether a backslash is a character or escapes one
    return 'has:"by": ' + named.partition('\\')[0]


def retries_filter(run_id: str) -> str:
    """Mistral's filter for the executions that repeat one's failures."""
    return f'has:"retry_of": "{run_id}"'


def retried_execution_id(text: str | None) -> str:
    """Id of the execution whose failures are repeated, or ''.

    ``text`` is the description of the one that repeats them.
    """
    return ids.uuid_or_empty(json_text.object_or_empty(text).get('retry_of'))


def _short(person: str) -> str:
    while len(_json(person)) > _MAX_LENGTH:
        person = person[:-1]
    return person


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
