# SPDX-License-Identifier: Apache-2.0
"""Plan documents, and the Mistral workflows that carry them.

A plan is one private workflow ``protection.plan.<uuid>`` whose definition
holds the document as one JSON string in its ``vars``. Mistral evaluates
``<% %>`` and ``{{ }}`` wherever they stand in a definition, so inside the
string ``<`` and ``{`` are written as JSON escapes: names that users or
services gave are not evaluated and come back byte for byte.
"""

from collections.abc import Iterable
import dataclasses
import functools
import hashlib
import json
import re
from typing import Any
from typing import cast
import uuid

import yaml

from protection_dashboard import exceptions
from protection_dashboard.plans import validation
from protection_dashboard.plans.changes import Change
from protection_dashboard.plans.changes import decoded_changes
from protection_dashboard.plans.changes import encoded_changes
from protection_dashboard.plans.schema import VERSION
from protection_dashboard.plans.schema import PinDocument
from protection_dashboard.plans.schema import PlanDocument
from protection_dashboard.plans.schema import ResourceDocument
from protection_dashboard.plans.schema import ResourceEntry
from protection_dashboard.plans.schema import RuleDocument
from protection_dashboard.plans.validation import check_document
from protection_dashboard.protectables.base import Resource
from protection_dashboard.recurrence.schedule import Schedule
from protection_dashboard.workflows import definitions


@dataclasses.dataclass(frozen=True)
class Plan:
    """A plan as its workflow carries it.

    ``document`` is valid; ``workflow_id`` is Mistral's id of the workflow.
    ``changes`` are those of which the workflow tells, the newest first.
    ``is_foreign`` is whether the rest of the workflow is none that a version
    of ours up to this one has written.
    """

    document: PlanDocument
    workflow_id: str = ''
    changes: tuple[Change, ...] = ()
    is_foreign: bool = False

    @property
    def id(self) -> str:
        return self.document['id']

    @property
    def name(self) -> str:
        return self.document['name']

    @property
    def resources(self) -> list[ResourceEntry]:
        """The resources that it names, each with its method."""
        return resource_entries(self.document)

    @property
    def schedules(self) -> list[Schedule]:
        return [
            Schedule.from_document(one) for one in self.document['schedules']
        ]

    @property
    def rules(self) -> list[RuleDocument]:
        """Its rules: what it selects beside the resources that it names."""
        return self.document.get('selectors', [])

    @property
    def pins(self) -> dict[str, PinDocument]:
        """``{recovery point id: pin}``."""
        return {pin['id']: pin for pin in self.document.get('pins', [])}

    def schedule(self, schedule_id: str) -> Schedule:
        """One schedule; NotFound when the plan has no such one."""
        for schedule in self.schedules:
            if schedule.id == schedule_id:
                return schedule
        raise exceptions.NotFound("The plan has no such schedule.")


def new_plan_document(
    name: str,
    resource: Resource,
    protection: str,
    options: dict[str, Any],
    schedules: Iterable[Schedule] = (),
) -> PlanDocument:
    """The document of a new plan for one resource.

    ``protection`` is a slug, ``options`` are its options.
    """
    entry: ResourceDocument = {
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


def resource_entries(document: PlanDocument) -> list[ResourceEntry]:
    """Resources of a document, each with its own method or its type's."""
    methods = document.get('methods', {})
    return [
        cast(ResourceEntry, {**methods.get(resource['type'], {}), **resource})
        for resource in document['resources']
    ]


def protection_slugs(document: PlanDocument) -> set[str]:
    """Slugs of all protections that a plan uses."""
    of_resources = {
        resource['protection']
        for resource in document['resources']
        if 'protection' in resource
    }
    of_types = document.get('methods', {}).values()
    return of_resources | {method['protection'] for method in of_types}


def decode_document(text: str) -> PlanDocument:
    """The plan document of a text that ``encode_document`` made.

    Refused when it is no valid plan document.
    """
    try:
        document: PlanDocument = json.loads(text, parse_float=_number)
    except RecursionError as error:
        raise exceptions.Refused(
            "Not a plan document: it is nested too deep."
        ) from error
    except (TypeError, ValueError) as error:
        raise exceptions.Refused(f"Not a plan document: {error}") from error
    validation.check_document_once(text, document)
    return document


def _number(text: str) -> float:
    """A number of JSON, where a whole number may be written as 3.0."""
    number = float(text)
    return int(number) if number.is_integer() else number


def workflow_definition(
    document: PlanDocument, changes: Iterable[Change] = ()
) -> str:
    """The definition of the workflow that runs a plan and carries it.

    Refused when the document is not valid.
    """
    body = definitions.workflow_template('plan')
    told = [*changes]
    if told:
        body['description'] = encoded_changes(told)
    # last, where _document_at_the_end looks for it
    body['vars'] = {
        **body.pop('vars'),
        'plan': definitions.encode_document(check_document(document)),
    }
    return definitions.dump_definition(
        definitions.plan_workflow_name(document['id']), body
    )


def plan_from_definition(text: str, workflow_id: str = '') -> Plan:
    """The plan that a workflow definition carries; Refused when none."""
    head, described, encoded = _parts(text)
    document = decode_document(encoded or _document_in_vars(text))
    return Plan(
        document=document,
        workflow_id=workflow_id,
        changes=decoded_changes(described) if described else (),
        is_foreign=not encoded or not _is_known(head, document['id']),
    )


# the definitions that we write end with the document between these
_BEFORE, _AFTER = "\n    plan: '", "'\n"
_VARS = '\n  vars:'
# what may stand before the vars
_DESCRIPTION = "\n  description: '"
# where YAML broke a long line
_FOLD = re.compile(r'\n +')
#: SHA-256 of the heads that released versions have written
_RELEASED_HEADS = frozenset(
    {
        # 0.1.0
        'a868734f4287f31dc9dcb84e3fb37e8b9854c205d312876d0241ac29b793e548'
    }
)


def _parts(text: str) -> tuple[str, str, str]:
    """``(head, description, document)`` of a definition as we write it.

    The last two are unquoted, and '' where it is none of ours; then the
    head is of no use. It takes a fiftieth of the time that reading the YAML
    takes.
    """
    before, _mark, rest = text.rpartition(_BEFORE)
    head, _vars, constants = before.rpartition(_VARS)
    start, mark, described = head.rpartition(_DESCRIPTION)
    told = _unquoted(described + '\n') if mark else ''
    return (start if told else head) + constants, told, _unquoted(rest)


def _unquoted(rest: str) -> str:
    """The text of a YAML string in quotes at the end, '' when it is none."""
    quoted = rest.removesuffix(_AFTER)
    if quoted == rest or "'" in quoted.replace("''", ''):
        return ''
    return _FOLD.sub(' ', quoted).replace("''", "'")


def _is_known(head: str, plan_id: str) -> bool:
    """Whether a definition begins as one of ours, whatever the plan is."""
    found = _digest(head, definitions.plan_workflow_name(plan_id))
    return found == _own_head() or found in _RELEASED_HEADS


@functools.cache
def _own_head() -> str:
    """The digest of what this version writes beside the document."""
    name = definitions.PLAN_NAME_PREFIX
    body = definitions.workflow_template('plan')
    body['vars'] = {**body.pop('vars'), 'plan': '{}'}
    head, _described, _encoded = _parts(
        definitions.dump_definition(name, body)
    )
    return _digest(head, name)


def _digest(head: str, name: str) -> str:
    plain = head.replace(name, 'protection.plan', 1)
    return hashlib.sha256(plain.encode()).hexdigest()


def _document_in_vars(text: str) -> str:
    """The JSON in ``vars`` of a definition in any style of YAML."""
    try:
        content = yaml.load(text, Loader=definitions.Loader)  # noqa: S506  a safe one
        (name,) = (key for key in content if key != 'version')
        encoded: str = content[name]['vars']['plan']
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
    return encoded


def plan_from_workflow(workflow: Any) -> Plan:
    """The plan that one of mistralclient's workflows carries.

    Refused when it carries no valid document, or that of another plan, as a
    copy of a plan's workflow does.
    """
    plan = plan_from_definition(workflow.definition, workflow.id)
    if workflow.name != definitions.plan_workflow_name(plan.id):
        raise exceptions.Refused(
            "The workflow carries the document of another plan."
        )
    return plan


@dataclasses.dataclass(frozen=True)
class UnreadablePlan:
    """A plan whose workflow carries no valid document, and the reason.

    ``id`` is that of the plan. Nobody knows the plan's name.
    """

    id: str
    workflow_id: str
    reason: str

    @property
    def name(self) -> str:
        """The name of the workflow, in place of the plan's."""
        return definitions.plan_workflow_name(self.id)


def plan_or_unreadable(workflow: Any) -> Plan | UnreadablePlan | None:
    """The plan of one of mistralclient's workflows, readable or not.

    None for a workflow of somebody else that is only tagged like a plan's:
    it carries no plan and has not the name of one.
    """
    try:
        return plan_from_workflow(workflow)
    except exceptions.Refused as error:
        if not _WORKFLOW_NAME.fullmatch(workflow.name):
            return None
        plan_id = workflow.name.removeprefix(definitions.PLAN_NAME_PREFIX)
        return UnreadablePlan(plan_id, workflow.id, str(error))


def plan_or_none(workflow: Any) -> Plan | None:
    """The plan of one of mistralclient's workflows; None if unreadable."""
    found = plan_or_unreadable(workflow)
    return found if isinstance(found, Plan) else None


_WORKFLOW_NAME = re.compile(
    re.escape(definitions.PLAN_NAME_PREFIX)
    + '[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}'
)
