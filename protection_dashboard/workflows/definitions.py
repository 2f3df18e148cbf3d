# SPDX-License-Identifier: Apache-2.0
"""The workflows that we keep in Mistral: their names, texts and ids.

The workflow of a plan carries its document; the others (gate, restore,
delete, protect now, notify) are shared by a project and are created when
first needed. Their texts are the YAML files of this package, in the workflow
language v2:

https://docs.openstack.org/mistral/latest/user/wf_lang_v2.html
"""

from collections.abc import Iterable
from collections.abc import Mapping
from importlib import resources
import json
import re
from typing import Any

import yaml

from protection_dashboard import exceptions
from protection_dashboard.api.cloud import Cloud
from protection_dashboard.api.mistral import client as mistral
from protection_dashboard.api.mistral.records import Workflow

#: tag of all our workflows
TAG = 'protection'
#: further tag of the workflows of plans
PLAN_TAG = 'protection-plan'
#: a plan's workflow is named so, with the plan's id at the end
PLAN_NAME_PREFIX = 'protection.plan.'


def encode_document(document: Mapping[str, Any]) -> str:
    """A plan document as one line of JSON without expressions of Mistral.

    Mistral evaluates ``<% %>`` and ``{{ }}`` wherever they occur.
    """
    text = json.dumps(document, sort_keys=True)
    strings = re.compile(r'"(?:[^"\\]|\\.)*"')
    return strings.sub(_inert, text)


def _inert(match: re.Match[str]) -> str:
    return match[0].replace('<', '\\u003c').replace('{', '\\u007b')


def plan_workflow_name(plan_id: str) -> str:
    """The name of a plan's workflow."""
    return PLAN_NAME_PREFIX + plan_id


def plan_ids(workflows: Iterable[Any]) -> set[str]:
    """The ids of the plans that mistralclient's workflows belong to."""
    return {one.name.removeprefix(PLAN_NAME_PREFIX) for one in workflows}


def shared_definition(kind: str, name: str) -> str:
    """The definition of a workflow that all plans of a project share.

    Its ``kind`` is 'once' (the input has any plan document), 'restore' or
    'delete' (recovery points), 'gate' (a schedule and the plan's workflow) or
    'notify' (where to send a test message).
    """
    if kind in ('gate', 'notify'):
        return dump_definition(name, _body(kind))
    return (
        once_definition(name)
        if kind == 'once'
        else dump_definition(name, workflow_template(kind))
    )


def shared_workflow_tag(kind: str) -> str:
    """The further tag of the workflows of a kind that a project shares."""
    return f'{TAG}-{kind}'


def once_definition(name: str) -> str:
    """The definition that runs any plan document given as its input."""
    body = workflow_template('plan')
    body['tags'] = [TAG, shared_workflow_tag('once')]
    body['input'] = ['plan', *body['input']]
    return dump_definition(name, body)


#: PyYAML's safe loader, the one in C where it is there
Loader = getattr(yaml, 'CSafeLoader', yaml.SafeLoader)


def workflow_template(name: str) -> dict[str, Any]:
    """The workflow of ``<name>.yaml``.

    Those that work on recovery points end with the tasks of ``poll.yaml``.
    """
    body = _body(name)
    if name == 'plan':
        return body
    end = _body('poll')
    return {**end, **body, 'tasks': {**body['tasks'], **end['tasks']}}


def _body(name: str) -> dict[str, Any]:
    """The workflow that a YAML file of this folder defines."""
    folder = resources.files('protection_dashboard.workflows')
    text = (folder / f'{name}.yaml').read_text('utf-8')
    content = yaml.load(text, Loader=Loader)  # noqa: S506  a safe one
    body: dict[str, Any] = content[f'protection.{name}']
    return body


def dump_definition(name: str, body: Mapping[str, Any]) -> str:
    """A definition with one workflow, as YAML."""
    text: str = yaml.safe_dump(
        {'version': '2.0', name: body}, sort_keys=False, width=1000
    )
    return text


def shared_workflow_name(cloud: Cloud, kind: str) -> str:
    """The name of the project's workflow of a kind."""
    return f'protection.{kind}.{cloud.project_id}'


def _new_or_just_made(cloud: Cloud, name: str, text: str) -> Workflow:
    """A new workflow, or the one that somebody else has just made."""
    try:
        return mistral.workflow_create(cloud, text)
    except exceptions.Conflict:
        return mistral.workflow_get(cloud, name)


def shared_workflow_id(cloud: Cloud, kind: str) -> str:
    """Mistral's id of the project's workflow of a kind.

    It is made if it is not there, and updated if its definition is not the
    one that this version has.
    """
    name = shared_workflow_name(cloud, kind)
    text = shared_definition(kind, name)
    try:
        found = mistral.workflow_get(cloud, name)
    except exceptions.NotFound:
        found = _new_or_just_made(cloud, name, text)
    if found.definition != text:
        mistral.workflow_update(cloud, found.id, text)
    workflow_id: str = found.id
    return workflow_id
