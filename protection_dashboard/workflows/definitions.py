# SPDX-License-Identifier: Apache-2.0
"""Names and text of our workflows in Mistral (DSL v2)."""

from importlib import resources
import json
import re

import yaml

TAG = 'protection'


PLAN_TAG = 'protection-plan'


PREFIX = 'protection.plan.'


def encode(document):
    """One line of JSON in which no expression of Mistral can occur."""
    text = json.dumps(document, sort_keys=True)
    strings = re.compile(r'"(?:[^"\\]|\\.)*"')
    return strings.sub(_inert, text)


def _inert(match):
    return match[0].replace('<', '\\u003c').replace('{', '\\u007b')


def workflow_name(plan_id):
    return PREFIX + plan_id


def ids(workflows):
    """The plans that mistralclient's workflows of plans carry out."""
    return {one.name.removeprefix(PREFIX) for one in workflows}


def shared(kind, name):
    """The definition of a workflow that a whole project shares.

    'restore' and 'delete' take points, 'once' any plan document as its input,
    'gate' a schedule and the plan's workflow, 'notify' where to send a test.
    """
    if kind in ('gate', 'notify'):
        return dump(name, _body(kind))
    return once(name) if kind == 'once' else dump(name, template(kind))


def once(name):
    """The definition that runs any plan document given as its input."""
    body = template('plan')
    body['tags'] = [TAG, 'protection-once']
    del body['tasks']['resolve']['wait-before']  # it overlaps with nothing
    body['input'] = ['plan', *body['input']]
    return dump(name, body)


_Loader = getattr(yaml, 'CSafeLoader', yaml.SafeLoader)


def template(name):
    """The body of one of our workflow files, with its common end.

    What the file itself says of the end comes before what is common.
    """
    start, end = _body(name), _body('poll')
    tasks = {**start['tasks'], **end['tasks']}
    for task, said in start['tasks'].items():
        tasks[task] = {**tasks[task], **said}
    return {**end, **start, 'tasks': tasks}


def _body(name):
    folder = resources.files('protection_dashboard.workflows')
    text = (folder / f'{name}.yaml').read_text('utf-8')
    content = yaml.load(text, Loader=_Loader)  # noqa: S506  a safe one
    return content[f'protection.{name}']


def dump(name, body):
    """A definition with one workflow, as text."""
    return yaml.safe_dump(
        {'version': '2.0', name: body}, sort_keys=False, width=1000
    )
