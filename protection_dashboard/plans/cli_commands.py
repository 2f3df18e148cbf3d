# SPDX-License-Identifier: Apache-2.0
"""A plan as the commands of python-openstackclient that make and run it.

The commands are those of python-mistralclient's plugin. They hold names that
users gave: every word is quoted for a POSIX shell, and the definition is a
quoted here-document, in which the shell expands nothing.
"""

from collections.abc import Iterable
from collections.abc import Mapping
import json
import shlex
from typing import Any

from protection_dashboard.api.cloud import Cloud
from protection_dashboard.plans import document as plan_document
from protection_dashboard.plans.document import Plan
from protection_dashboard.plans.schema import PlanDocument
from protection_dashboard.schedules import cron_triggers
from protection_dashboard.workflows import definitions


def plan_commands(cloud: Cloud, plan: Plan) -> str:
    """The commands that make a plan with its schedules, and run it once."""
    triggers = [
        cron_triggers.new_trigger(plan, schedule, cloud.user)
        for schedule in plan.schedules
        if not schedule.paused
    ]
    gate = definitions.shared_workflow_name(cloud, 'gate')
    name = definitions.plan_workflow_name(plan.id)
    gated = any(one.gate for one in triggers)
    return shell_commands(
        plan.document,
        [(one, gate if one.gate else name) for one in triggers],
        {gate: definitions.shared_definition('gate', gate)} if gated else {},
    )


def shell_commands(
    document: PlanDocument,
    triggers: Iterable[tuple[cron_triggers.Trigger, str]],
    shared: Mapping[str, str],
) -> str:
    """The commands that make a plan and its triggers, and run it once.

    ``triggers`` are pairs of a trigger and the name of the workflow that it
    starts; ``shared`` is ``{name: definition}`` of workflows that the project
    may have already. The plan's pins are left out: its points stay here.
    """
    name = definitions.plan_workflow_name(document['id'])
    unpinned = document.copy()
    unpinned.pop('pins', None)
    given = {'schedule': None, 'name': document['name']}
    run = ['openstack', 'workflow', 'execution', 'create', name, _json(given)]
    return '\n'.join(
        [
            _create_workflow(plan_document.workflow_definition(unpinned)),
            *[_create_unless_there(*one) for one in shared.items()],
            *[_create_trigger(one, flow, name) for one, flow in triggers],
            shlex.join(run),
            '',
        ]
    )


def _create_workflow(definition: str) -> str:
    end = _delimiter(definition)
    return (
        f"openstack workflow create - <<'{end}'\n{definition.rstrip()}\n{end}"
    )


def _create_unless_there(name: str, definition: str) -> str:
    show = shlex.join(['openstack', 'workflow', 'show', name])
    return f'{show} >/dev/null 2>&1 || {_create_workflow(definition)}'


def _delimiter(definition: str) -> str:
    """A word that is no line of the text, to end the here-document with."""
    lines = set(definition.splitlines())
    end = 'WORKFLOW'
    while end in lines:
        end += '_'
    return end


def _create_trigger(
    trigger: cron_triggers.Trigger, workflow: str, plan: str
) -> str:
    """The command for a trigger that starts a workflow (by name).

    ``plan`` is the name of the plan's workflow.
    """
    words = ['openstack', 'cron', 'trigger', 'create', '--utc']
    words += ['--pattern', trigger.pattern]
    if trigger.first:
        words += ['--first-time', f'{trigger.first:%Y-%m-%d %H:%M}']
    if trigger.count:
        words += ['--count', str(trigger.count)]
    words += [trigger.name, workflow, _json(trigger.input), '--params']
    return f'{shlex.join(words)} {_params(trigger.env, plan)}'


def _params(env: Mapping[str, Any], plan: str) -> str:
    """The parameters of a trigger, a word for the shell.

    The id of the plan's workflow is known only when that exists: the shell
    asks for it.
    """
    rest = {key: one for key, one in env.items() if key != 'workflow_id'}
    before = shlex.quote(_json({'env': rest})[:-2] + ', "workflow_id": "')
    show_id = shlex.join(
        ['openstack', 'workflow', 'show', plan, '-f', 'value', '-c', 'ID']
    )
    return f"""{before}"$({show_id})"'"}}}}'"""


def _json(value: Any) -> str:
    return json.dumps(value, sort_keys=True)
