# SPDX-License-Identifier: Apache-2.0
"""Plan documents, and the Mistral workflows that carry them.

A plan is one private workflow ``protection.plan.<uuid>`` whose definition
holds the document as one JSON string in its ``vars``. Mistral evaluates
``<% %>`` and ``{{ }}`` wherever they stand in a definition, so inside the
string ``<`` and ``{`` are written as JSON escapes: what a user or a service
named stays inert and comes back byte for byte.
"""

import dataclasses
import json
import re
import uuid

import yaml

from protection_dashboard import exceptions
from protection_dashboard.plans import validation
from protection_dashboard.plans.schema import LONGEST_NAME
from protection_dashboard.plans.schema import VERSION
from protection_dashboard.plans.validation import check
from protection_dashboard.recurrence.schedule import Schedule
from protection_dashboard.workflows import definitions

__all__ = ['LONGEST_NAME', 'VERSION', 'check']


@dataclasses.dataclass(frozen=True)
class Plan:
    """A plan as its workflow carries it.

    ``document`` is valid against plan_schema.SCHEMA; ``workflow_id`` is
    Mistral's id.
    """

    document: dict
    workflow_id: str = ''

    @property
    def id(self):
        return self.document['id']

    @property
    def name(self):
        return self.document['name']

    @property
    def resources(self):
        """Each with its own protection and options or those of its type."""
        return entries(self.document)

    @property
    def schedules(self) -> list[Schedule]:
        return [
            Schedule.from_document(one) for one in self.document['schedules']
        ]

    @property
    def selectors(self):
        return self.document.get('selectors', [])

    @property
    def pins(self):
        """``{recovery point id: pin}``."""
        return {pin['id']: pin for pin in self.document.get('pins', [])}

    def schedule(self, schedule_id: str) -> Schedule:
        """One schedule; NotFound when the plan has no such one."""
        for schedule in self.schedules:
            if schedule.id == schedule_id:
                return schedule
        raise exceptions.NotFound("The plan has no such schedule.")


def new(name, resource, protection, options, schedules=()):
    """The document of a new plan for one resource."""
    entry = {
        'type': resource.type,
        'id': resource.id,
        'name': resource.name,
        'protection': protection,
        'options': options,
    }
    return {
        'version': VERSION,
        'id': str(uuid.uuid4()),
        'name': name,
        'description': '',
        'resources': [entry],
        'schedules': [schedule.document() for schedule in schedules],
    }


def new_schedule(pattern: str, zone: str) -> Schedule:
    """A schedule with a new id: five-field cron in a zone's local time."""
    return Schedule(str(uuid.uuid4()), pattern, zone)


def entries(document):
    """Resources of a document, each with its own method or its type's."""
    methods = document.get('methods', {})
    return [{**methods.get(r['type'], {}), **r} for r in document['resources']]


def protections(document):
    """Slugs of all protections that a plan uses."""
    told = [*document['resources'], *document.get('methods', {}).values()]
    return {one['protection'] for one in told if 'protection' in one}


def decode(text):
    """The document that ``encode`` wrote; Refused when it is none."""
    try:
        document = json.loads(text, parse_float=_number)
    except RecursionError as error:
        raise exceptions.Refused(
            "Not a plan document: it is nested too deep."
        ) from error
    except (TypeError, ValueError) as error:
        raise exceptions.Refused(f"Not a plan document: {error}") from error
    validation.check_once(text, document)
    return document


def _number(text):
    """As JSON has it: a whole number may be written 3.0."""
    number = float(text)
    return int(number) if number.is_integer() else number


def definition(document):
    """The workflow definition (Mistral DSL v2) that runs a plan."""
    body = definitions.template('plan')
    body['vars'] = {'plan': definitions.encode(check(document))}
    return definitions.dump(definitions.workflow_name(document['id']), body)


def read(text, workflow_id=''):
    """The plan that a workflow definition carries; Refused when none."""
    carried = _at_the_end(text) or _in_its_vars(text)
    return Plan(document=decode(carried), workflow_id=workflow_id)


# how a definition that ``definition`` wrote comes to its end
_BEFORE, _AFTER = "\n  vars:\n    plan: '", "'\n"
_FOLD = re.compile(r'\n +')


def _at_the_end(text):
    """What a definition of ours carries; '' when somebody else wrote it.

    A fiftieth of the time that YAML takes.
    """
    _start, _mark, rest = text.rpartition(_BEFORE)
    carried = rest.removesuffix(_AFTER)
    if carried == rest or "'" in carried.replace("''", ''):
        return ''
    return _FOLD.sub(' ', carried).replace("''", "'")


def _in_its_vars(text):
    try:
        content = yaml.load(text, Loader=definitions._Loader)  # noqa: S506  a safe one
        (name,) = (key for key in content if key != 'version')
        return content[name]['vars']['plan']
    except (
        yaml.YAMLError,
        AttributeError,
        KeyError,
        RecursionError,
        TypeError,
        ValueError,
    ) as error:
        raise exceptions.Refused(
            "The workflow carries no plan document."
        ) from error


def carried(workflow):
    """The plan of one of mistralclient's workflows; Refused when none.

    A copy of a plan's workflow still carries the document of that plan.
    """
    plan = read(workflow.definition, workflow.id)
    if workflow.name != definitions.workflow_name(plan.id):
        raise exceptions.Refused(
            "The workflow carries the document of another plan."
        )
    return plan


@dataclasses.dataclass(frozen=True)
class Unreadable:
    """A plan's workflow that carries no plan's document, and the reason.

    It has the id of its plan, and of the plan's name only the workflow's.
    """

    id: str
    workflow_id: str
    reason: str

    @property
    def name(self):
        return definitions.workflow_name(self.id)


def of_workflow(workflow):
    """The Plan of one of mistralclient's workflows, else its Unreadable.

    None for a workflow of somebody else that is only tagged like a plan's.
    """
    try:
        return carried(workflow)
    except exceptions.Refused as error:
        if not _NAME.fullmatch(workflow.name):
            return None
        plan_id = workflow.name.removeprefix(definitions.PREFIX)
        return Unreadable(plan_id, workflow.id, str(error))


def read_or_none(workflow):
    """The Plan that one of mistralclient's workflows carries, or None."""
    found = of_workflow(workflow)
    return found if isinstance(found, Plan) else None


_NAME = re.compile(
    re.escape(definitions.PREFIX)
    + '[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}'
)
