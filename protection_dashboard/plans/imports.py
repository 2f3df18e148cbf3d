# SPDX-License-Identifier: Apache-2.0
"""Whether an imported plan fits this cloud, and how it replaces a plan."""

from collections.abc import Iterator
from collections.abc import Mapping
from typing import Any

from protection_dashboard import exceptions
from protection_dashboard import plugins
from protection_dashboard.common.i18n import TranslatableText
from protection_dashboard.common.i18n import gettext_noop as _
from protection_dashboard.common.references import ResourceRef
from protection_dashboard.plans.schema import PlanDocument
from protection_dashboard.recurrence.schedule import Schedule
from protection_dashboard.recurrence.schedule import ScheduleDocument
from protection_dashboard.schedules import validation as schedule_validation
from protection_dashboard.schemas import validation as schema_validation

_EMPTY = _("It protects nothing: it needs resources or selectors.")
_TWICE = _("This resource comes twice.")
_OTHER_TYPE = _("The method %(slug)s cannot protect this type.")


#: ``(JSONPath, text)`` as schemas/validation.py has them
_Problem = tuple[str, TranslatableText]


def import_problems(document: PlanDocument) -> list[_Problem]:
    """``[(JSONPath, text)]`` of what does not fit what is installed here.

    The document is valid. Types and methods must be installed and fit each
    other, options must be those of their method, schedules must be readable.
    """
    found = [
        *_types(document),
        *_methods(document),
        *_resources(document),
        *_schedules(document),
    ]
    if not document['resources'] and not document.get('selectors'):
        found.append(('$', TranslatableText(_EMPTY)))
    return found


def _types(document: PlanDocument) -> Iterator[_Problem]:
    slugs = {f'$.methods.{slug}': slug for slug in document.get('methods', {})}
    parts: Mapping[str, Any] = document
    for part in ('resources', 'selectors', 'exclusions'):
        for index, one in enumerate(parts.get(part, [])):
            slugs[f'$.{part}[{index}].type'] = one['type']
    for path, slug in slugs.items():
        try:
            plugins.protectable(slug)
        except exceptions.ProtectionError as error:
            yield path, _as_words(error)


def _methods(document: PlanDocument) -> Iterator[_Problem]:
    for slug, method in document.get('methods', {}).items():
        yield from _method(f'$.methods.{slug}', slug, method)
    for index, one in enumerate(document['resources']):
        if 'protection' in one:
            yield from _method(f'$.resources[{index}]', one['type'], one)


def _method(
    path: str, slug: str, method: Mapping[str, Any]
) -> Iterator[_Problem]:
    """What is wrong with a protection and its options for a type."""
    try:
        protection = plugins.protection(method['protection'])
    except exceptions.ProtectionError as error:
        yield f'{path}.protection', _as_words(error)
        return
    if slug not in protection.protectables:
        words = TranslatableText(_OTHER_TYPE, {'slug': protection.slug})
        yield f'{path}.protection', words
        return
    schema = _without_other_properties(protection.options_schema)
    wrong = schema_validation.located_errors(schema, method['options'])
    for place, words in wrong:
        yield f'{path}.options{place[1:]}', words


def _without_other_properties(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema, which then allows nothing that it does not name."""
    if 'properties' not in schema:
        return schema
    inner = {
        name: _without_other_properties(one)
        for name, one in schema['properties'].items()
    }
    return {'additionalProperties': False, **schema, 'properties': inner}


def _resources(document: PlanDocument) -> Iterator[_Problem]:
    seen = set()
    for index, one in enumerate(document['resources']):
        key = ResourceRef.of_entry(one)
        if key in seen:
            yield f'$.resources[{index}]', TranslatableText(_TWICE)
        seen.add(key)


def _schedules(document: PlanDocument) -> Iterator[_Problem]:
    for index, one in enumerate(document['schedules']):
        schedule = Schedule.from_document(one)
        for part, words in schedule_validation.invalid_parts(schedule).items():
            yield f'$.schedules[{index}].{part}', words


def _as_words(error: exceptions.ProtectionError) -> TranslatableText:
    return TranslatableText('%(error)s', {'error': str(error)})


def replacement_document(
    base: PlanDocument, document: PlanDocument
) -> PlanDocument:
    """An imported document as the next state of a plan.

    It gets the plan's id and pins. A schedule of the same times in the same
    zone is the same schedule and gets its id.
    """
    ids: dict[tuple[str, str], list[str]] = {}
    for schedule in base['schedules']:
        ids.setdefault(_timing(schedule), []).append(schedule['id'])
    replacement: PlanDocument = {
        **document,
        'id': base['id'],
        'schedules': [
            _with_known_id(schedule, ids) for schedule in document['schedules']
        ],
    }
    if 'pins' in base:
        replacement['pins'] = base['pins']
    return replacement


def _with_known_id(
    schedule: ScheduleDocument, ids: dict[tuple[str, str], list[str]]
) -> ScheduleDocument:
    """The schedule with an id that its times have, which is used up then."""
    known = ids.get(_timing(schedule))
    return {**schedule, 'id': known.pop(0)} if known else schedule


def _timing(schedule: ScheduleDocument) -> tuple[str, str]:
    return schedule['pattern'], schedule['zone']
