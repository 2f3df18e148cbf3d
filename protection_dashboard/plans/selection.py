# SPDX-License-Identifier: Apache-2.0
"""What a plan protects today: the resources that it names or selects by rules.

A rule or an exclusion is ``{"type": slug, "name": pattern, "metadata":
{key: value}}``: everything that it gives has to match. A pattern is that of a
shell (``*``, ``?``, ``[]``) and case-sensitive. An exclusion may give an
``id``; exclusions win over everything else.
"""

from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
import dataclasses
import fnmatch
import functools
from typing import cast

from protection_dashboard import exceptions
from protection_dashboard import plugins
from protection_dashboard.api.cloud import Cloud
from protection_dashboard.common import concurrency
from protection_dashboard.common.references import ResourceRef
from protection_dashboard.plans import document as plan_document
from protection_dashboard.plans.schema import MAX_RESOURCES
from protection_dashboard.plans.schema import ExclusionDocument
from protection_dashboard.plans.schema import MethodDocument
from protection_dashboard.plans.schema import PlanDocument
from protection_dashboard.plans.schema import ResourceEntry
from protection_dashboard.plans.schema import RuleDocument
from protection_dashboard.protectables import base
from protection_dashboard.protections import methods
from protection_dashboard.workflows import result_states

_TOO_MANY = f"A run protects at most {MAX_RESOURCES} resources."
_EXCLUDED = "The plan picks it and excludes it: the exclusion wins."


#: ``{type: {id: Resource}}``
_Resources = dict[str, dict[str, base.Resource]]


@dataclasses.dataclass(frozen=True)
class SelectedResource:
    """A resource of a plan, and whether a run will protect it.

    ``state`` is one of ``result_states``: PENDING (it will be protected), or
    SKIPPED or FAILED with their ``reason``. ``resource`` is None when the
    resource is gone or was not looked for.
    """

    entry: ResourceEntry
    state: str = result_states.PENDING
    reason: str = ''
    resource: base.Resource | None = None

    def with_state(self, state: str, reason: str) -> 'SelectedResource':
        """The same, with a state that is not PENDING and its reason."""
        return dataclasses.replace(self, state=state, reason=reason)


def matching_resources(
    resources: Iterable[base.Resource],
    rules: Iterable[RuleDocument],
    exclusions: Iterable[ExclusionDocument] = (),
) -> list[base.Resource]:
    """The resources that one of the rules matches and no exclusion does."""
    return [
        resource
        for resource in resources
        if any(_matches(resource, rule) for rule in rules)
        and not is_excluded(resource, exclusions)
    ]


def is_excluded(
    resource: base.Resource, exclusions: Iterable[ExclusionDocument]
) -> bool:
    """Whether an exclusion matches a resource."""
    return any(_matches(resource, exclusion) for exclusion in exclusions)


def _matches(
    resource: base.Resource, rule: RuleDocument | ExclusionDocument
) -> bool:
    pairs = rule.get('metadata', _NO_METADATA).items()
    name = rule.get('name')
    # the dearest comparison comes last: a project may have thousands of pairs
    return (
        resource.type == rule['type']
        and rule.get('id', resource.id) == resource.id
        and pairs <= resource.metadata.items()
        and (name is None or fnmatch.fnmatchcase(resource.name, name))
    )


_NO_METADATA: dict[str, str] = {}


def covers(document: PlanDocument, resource: base.Resource) -> bool:
    """Whether a plan names or selects a resource, and does not exclude it."""
    named = set(map(ResourceRef.of_entry, document['resources']))
    chosen = ResourceRef.of_resource(resource) in named or matching_resources(
        [resource], document.get('selectors', [])
    )
    exclusions = document.get('exclusions', [])
    return bool(chosen) and not is_excluded(resource, exclusions)


def rule_text(rule: RuleDocument) -> str:
    """A rule in one line for a log or a result: ``volume web-*``."""
    pairs = rule.get('metadata', {}).items()
    words = [f'{key}={value}' for key, value in pairs]
    return ' '.join([rule['type'], rule.get('name', '*'), *words])


def resolve_resources(
    cloud: Cloud,
    document: PlanDocument,
    is_final: Callable[[exceptions.ProtectionError], bool] | None = None,
) -> list[SelectedResource]:
    """What a run of a plan document does with each resource, each once.

    Named resources come first. Each service is asked once for the resources
    of a type, all types side by side, and then for each resource whether it
    can be protected. A type that cannot be listed fails all that the plan
    says about it, if ``is_final(error)``; otherwise the error is raised.
    """
    chosen, errors = resources_now(cloud, document)
    for error in errors.values():
        if is_final is not None and not is_final(error):
            raise error
    failed = _unlisted(document, errors)
    limited = _within_maximum(chosen)
    checked = concurrency.map_concurrently(
        functools.partial(_checked, cloud), limited
    )
    return checked + failed


def selected_resources(
    cloud: Cloud, document: PlanDocument
) -> tuple[list[SelectedResource], list[SelectedResource]]:
    """What a run would do with each resource, as ``(chosen, failed)``.

    Without asking for each resource whether it can be protected: one call
    per type, as a page can afford. ``failed`` stand for the rules whose
    types cannot be listed.
    """
    chosen, errors = resources_now(cloud, document)
    return chosen, _unlisted(document, errors)


def resources_now(
    cloud: Cloud, document: PlanDocument
) -> tuple[list[SelectedResource], dict[str, exceptions.ProtectionError]]:
    """``(chosen, {type: error})``: as ``selected_resources``, for a run.

    Those that the plan names come first, then those that its rules match. A
    run decides by the error whether to ask again.
    """
    found, errors = _listed(cloud, document)
    named = [
        _named(entry, document, found, errors)
        for entry in plan_document.resource_entries(document)
    ]
    chosen = {ResourceRef.of_entry(one.entry): one for one in named}
    for one in _selected_by_rules(document, found):
        chosen.setdefault(ResourceRef.of_entry(one.entry), one)
    return [*chosen.values()], errors


def _listed(
    cloud: Cloud, document: PlanDocument
) -> tuple[_Resources, dict[str, exceptions.ProtectionError]]:
    """The resources of the types that a plan has, and ``{type: error}``."""
    types = {
        *(resource['type'] for resource in document['resources']),
        *(rule['type'] for rule in document.get('selectors', [])),
    }
    calls = {slug: functools.partial(_list, cloud, slug) for slug in types}
    found, _none = concurrency.gather(calls)
    errors = {k: v for k, v in found.items() if not isinstance(v, dict)}
    return {k: v for k, v in found.items() if k not in errors}, errors


def _list(
    cloud: Cloud, slug: str
) -> dict[str, base.Resource] | exceptions.ProtectionError:
    """``{id: Resource}`` of a type, or the error."""
    try:
        listed = plugins.protectable(slug).list(cloud)
    except exceptions.ProtectionError as error:
        return error
    return {resource.id: resource for resource in listed}


def _named(
    entry: ResourceEntry,
    document: PlanDocument,
    found: _Resources,
    errors: Mapping[str, exceptions.ProtectionError],
) -> SelectedResource:
    """A resource that the plan names, as ``_listed`` found it."""
    if entry['type'] in errors:
        return SelectedResource(entry).with_state(
            result_states.FAILED, str(errors[entry['type']])
        )
    resource = found[entry['type']].get(entry['id'])
    if not resource:
        kind = plugins.protectable(entry['type']).name.lower()
        gone = f"The {kind} no longer exists."
        return SelectedResource(entry).with_state(result_states.SKIPPED, gone)
    selected = _with_method(resource, entry)
    if is_excluded(resource, document.get('exclusions', [])):
        return selected.with_state(result_states.SKIPPED, _EXCLUDED)
    return selected


def _with_method(
    resource: base.Resource, method: MethodDocument | ResourceEntry
) -> SelectedResource:
    """A resource with its method, under the name that it has today."""
    facts = {'type': resource.type, 'id': resource.id, 'name': resource.label}
    entry = cast(ResourceEntry, {**method, **facts})
    return SelectedResource(entry, resource=resource)


def _selected_by_rules(
    document: PlanDocument, found: _Resources
) -> list[SelectedResource]:
    everything = [one for listed in found.values() for one in listed.values()]
    chosen = matching_resources(
        everything,
        document.get('selectors', []),
        document.get('exclusions', []),
    )
    return [
        _with_method(resource, document['methods'][resource.type])
        for resource in chosen
    ]


def _within_maximum(chosen: list[SelectedResource]) -> list[SelectedResource]:
    """As many as one run protects; one failure stands for the others."""
    left = chosen[MAX_RESOURCES:]
    if not left:
        return chosen
    entry: ResourceEntry = {
        **left[0].entry,
        'id': '',
        'name': f"{len(left)} more",
    }
    too_many = SelectedResource(entry).with_state(
        result_states.FAILED, _TOO_MANY
    )
    return [*chosen[:MAX_RESOURCES], too_many]


def _checked(cloud: Cloud, selected: SelectedResource) -> SelectedResource:
    """What is PENDING as it was, or why it cannot be protected."""
    if selected.state != result_states.PENDING or not selected.resource:
        return selected
    try:
        protection = plugins.protection(selected.entry['protection'])
        reason = methods.obstacle(cloud, selected.resource, protection)
    except exceptions.ProtectionError as error:
        return selected.with_state(result_states.FAILED, str(error))
    if reason:
        return selected.with_state(result_states.FAILED, reason)
    return selected


def _unlisted(
    document: PlanDocument, errors: Mapping[str, exceptions.ProtectionError]
) -> list[SelectedResource]:
    """A failure for each rule whose type cannot be listed."""
    return [
        SelectedResource(
            {
                **document['methods'][rule['type']],
                'type': rule['type'],
                'id': '',
                'name': rule_text(rule),
            }
        ).with_state(result_states.FAILED, str(errors[rule['type']]))
        for rule in document.get('selectors', [])
        if rule['type'] in errors
    ]


def rule_match_counts(
    cloud: Cloud, documents: Iterable[PlanDocument]
) -> dict[str, int]:
    """``{plan id: how many resources its rules match}``.

    Plans without rules are left out, and those that have a rule for a type
    that cannot be listed. One call for each type that any rule names.
    """
    with_rules = [one for one in documents if one.get('selectors')]
    types = {rule['type'] for one in with_rules for rule in one['selectors']}
    calls = {
        slug: functools.partial(_resources_of_type, cloud, slug)
        for slug in types
    }
    found, _errors = concurrency.gather(calls, dict.fromkeys(calls))
    missing = {slug for slug, listed in found.items() if listed is None}
    return {
        one['id']: _count(one, found)
        for one in with_rules
        if missing.isdisjoint(rule['type'] for rule in one['selectors'])
    }


def _resources_of_type(cloud: Cloud, slug: str) -> Sequence[base.Resource]:
    found: Sequence[base.Resource] = plugins.protectable(slug).list(cloud)
    return found


def _count(
    document: PlanDocument,
    found: dict[str, Sequence[base.Resource] | None],
) -> int:
    listed = [one for some in found.values() for one in some or ()]
    exclusions = document.get('exclusions', [])
    return len(matching_resources(listed, document['selectors'], exclusions))
