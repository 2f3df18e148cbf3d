# SPDX-License-Identifier: Apache-2.0
"""A plan as the commands of python-openstackclient that make and run it.

The commands are those of python-mistralclient's plugin. Names of people and
of resources stand in them: every word is quoted for a POSIX shell, and the
definition comes on standard input, in which the shell reads nothing.
"""

import json
import shlex

from protection_dashboard.plans import document as plan_document
from protection_dashboard.schedules import cron_triggers
from protection_dashboard.workflows import definitions
from protection_dashboard.workflows import shared_workflows


def of(cloud, plan):
    """The commands that make a plan with its schedules, and run it once."""
    wanted = [
        cron_triggers.wanted(plan, schedule, cloud.user)
        for schedule in plan.schedules
        if not schedule.paused
    ]
    gate = shared_workflows.name_of(cloud, 'gate')
    name = definitions.workflow_name(plan.id)
    gated = any(one.gate for one in wanted)
    return text(
        plan.document,
        [(one, gate if one.gate else name) for one in wanted],
        {gate: definitions.shared('gate', gate)} if gated else {},
    )


def text(document, triggers, shared):
    """The commands that make a plan and its triggers, and run it once.

    ``triggers`` are pairs of an ``arming.Trigger`` and the name of the
    workflow that it starts; ``shared`` is ``{name: definition}`` of workflows
    that the project may have already.
    """
    name = definitions.workflow_name(document['id'])
    kept = {part: one for part, one in document.items() if part != 'pins'}
    given = {'schedule': None, 'name': document['name']}
    run = ['openstack', 'workflow', 'execution', 'create', name, _json(given)]
    return '\n'.join(
        [
            _workflow(plan_document.definition(kept)),
            *[_unless_there(*one) for one in shared.items()],
            *[_trigger(one, started, name) for one, started in triggers],
            shlex.join(run),
            '',
        ]
    )


def _workflow(definition):
    end = _end(definition)
    return (
        f"openstack workflow create - <<'{end}'\n{definition.rstrip()}\n{end}"
    )


def _unless_there(name, definition):
    look = shlex.join(['openstack', 'workflow', 'show', name])
    return f'{look} >/dev/null 2>&1 || {_workflow(definition)}'


def _end(definition):
    """A word that is no line of the text: there the shell ends it."""
    lines = set(definition.splitlines())
    end = 'WORKFLOW'
    while end in lines:
        end += '_'
    return end


def _trigger(one, workflow, plan):
    words = ['openstack', 'cron', 'trigger', 'create', '--utc']
    words += ['--pattern', one.pattern]
    if one.first:
        words += ['--first-time', f'{one.first:%Y-%m-%d %H:%M}']
    if one.count:
        words += ['--count', str(one.count)]
    named = [*words, one.name, workflow, _json(one.input), '--params']
    return f'{shlex.join(named)} {_params(one.env, plan)}'


def _params(env, plan):
    """The id of the plan's workflow is known only once that is made."""
    rest = {key: one for key, one in env.items() if key != 'workflow_id'}
    before = shlex.quote(_json({'env': rest})[:-2] + ', "workflow_id": "')
    asked = shlex.join(
        ['openstack', 'workflow', 'show', plan, '-f', 'value', '-c', 'ID']
    )
    return f"""{before}"$({asked})"'"}}}}'"""


def _json(value):
    return json.dumps(value, sort_keys=True)
