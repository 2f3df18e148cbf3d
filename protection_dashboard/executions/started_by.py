# SPDX-License-Identifier: Apache-2.0
"""Who started a run: what its description in Mistral says, and finds it by.

Mistral keeps 255 characters. It writes its own description into the runs of
cron; a person's is JSON: ``{"by": name, "trigger": id, "retry_of": id}``.
"""

import json

from protection_dashboard.common import ids

#: Mistral's filters of a list of executions
BY_SCHEDULE = 'has:orkflow execution'
BY_HAND = 'has:{"by": '
# the ids and the names of the parts need the rest
_LONGEST = 130


def description(person, trigger_id='', retry_of=''):
    """The description of a run that a person starts.

    ``trigger_id`` is that of the schedule that they run by hand, ``retry_of``
    that of the run that they repeat.
    """
    told = {'trigger': trigger_id, 'retry_of': retry_of}
    known = {name: value for name, value in told.items() if value}
    return _json({'by': _short(person), **known})


def by(person):
    """Mistral's filter for the runs of a person; a few more may fit it."""
    named = _json(_short(person))
    # a backslash is itself, or escapes what follows: databases differ
    return 'has:"by": ' + named.partition('\\')[0]


def retries(run_id):
    """Mistral's filter for the runs that repeat a run."""
    return f'has:"retry_of": "{run_id}"'


def retry_of(text):
    """Id of the run that one with this description repeats, or ''."""
    try:
        told = json.loads(text or '{}')
    except ValueError:
        return ''
    return ids.uuid_or_empty(isinstance(told, dict) and told.get('retry_of'))


def _short(person):
    while len(_json(person)) > _LONGEST:
        person = person[:-1]
    return person


def _json(value):
    return json.dumps(value, ensure_ascii=False)
