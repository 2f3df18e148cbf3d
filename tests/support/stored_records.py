# SPDX-License-Identifier: Apache-2.0
"""What release 0.1.0 left in a cloud, as its services told it then.

``tests/unit/stored/0.1.0`` holds the answers of Mistral, Cinder, Manila,
Trove and Freezer to a tenant who worked with 0.1.0: never edit them. The
addresses and the names of hosts are taken out. Only the workflow 'long' was
never in a cloud: 0.1.0's own code wrote its definition.
"""

import json
from pathlib import Path

from protection_dashboard.api.rows import Row

_FOLDER = Path(__file__).parents[1] / 'unit' / 'stored' / '0.1.0'
_ENDED = ('SUCCESS', 'ERROR')


def load(name):
    """The content of a file, such as 'workflows'."""
    return json.loads((_FOLDER / f'{name}.json').read_text('utf-8'))


def row(told):
    """JSON of a service as the object of its client."""
    return Row(None, told)


def workflow(label):
    """A workflow of Mistral's, such as 'nightly'."""
    return row(load('workflows')[label])


def cron_triggers():
    """All cron triggers of the plans, as objects."""
    return [row(told) for told in load('cron_triggers')]


def execution(label):
    """One execution as an object, with its ``tasks`` as JSON."""
    return row(load('executions')[label])


def task_results(label):
    """``{task name: result}``, as ``mistral.executions.task_results`` has."""
    tasks = load('executions')[label]['tasks']
    found = {task['name']: _result(task) for task in tasks}
    return {name: told for name, told in found.items() if told is not None}


def _result(task):
    """What a task gave, the last thing so far if it has not ended."""
    if task['state'] in _ENDED:
        return json.loads(task['result'])
    outputs = [json.loads(one['output'] or '{}') for one in task['actions']]
    return next((one['result'] for one in outputs if 'result' in one), None)
