# SPDX-License-Identifier: Apache-2.0
"""What a plan protects today: what was picked, and what its selectors match.

A selector or an exclusion is ``{"type": slug, "name": pattern, "metadata":
{key: value}}``: everything it names has to match, ``*``, ``?`` and ``[]`` of
a pattern as in a shell, capitals count. An exclusion may name an ``id``, and
always wins.
"""

import dataclasses
import fnmatch
import functools

from protection_dashboard import exceptions
from protection_dashboard import plugins
from protection_dashboard.common import concurrency
from protection_dashboard.common.references import ResourceRef
from protection_dashboard.plans import document as plan_document
from protection_dashboard.plans.schema import MOST_RESOURCES
from protection_dashboard.protectables import base
from protection_dashboard.protections import methods
from protection_dashboard.workflows import result_states

_TOO_MANY = f"A run protects at most {MOST_RESOURCES} resources."
_EXCLUDED = "The plan picks it and excludes it: the exclusion wins."


@dataclasses.dataclass(frozen=True)
class Selected:
    """A resource that a run looks at, and whether it will be protected.

    ``entry`` is ``{type, id, name, protection, options}``. ``state`` is
    waits.PENDING (it will be), SKIPPED or FAILED, these with their
    ``reason``. ``resource`` is None when there is none.
    """

    entry: dict
    state: str = result_states.PENDING
    reason: str = ''
    resource: base.Resource | None = None

    def ended(self, state, reason):
        return dataclasses.replace(self, state=state, reason=reason)


def matches(resources, selectors, exclusions=()):
    """The resources that a selector matches and no exclusion does."""
    return [
        resource
        for resource in resources
        if any(_matches(resource, selector) for selector in selectors)
        and not excluded(resource, exclusions)
    ]


def excluded(resource, exclusions):
    """Whether an exclusion matches a resource."""
    return any(_matches(resource, exclusion) for exclusion in exclusions)


def _matches(resource, selector):
    wanted = selector.get('metadata', _NOTHING).items()
    name = selector.get('name')
    # what costs most comes last: a project may have thousands of pairs
    return (
        resource.type == selector['type']
        and selector.get('id', resource.id) == resource.id
        and wanted <= resource.metadata.items()
        and (name is None or fnmatch.fnmatchcase(resource.name, name))
    )


_NOTHING = {}


def covers(document, resource):
    """Whether a plan protects a resource: picked or selected, not excluded."""
    picked = set(map(ResourceRef.of_entry, document['resources']))
    chosen = ResourceRef.of_resource(resource) in picked or matches(
        [resource], document.get('selectors', [])
    )
    exclusions = document.get('exclusions', [])
    return bool(chosen) and not excluded(resource, exclusions)


def described(selector):
    """A selector in one line for a log or a result: ``volume web-*``."""
    pairs = selector.get('metadata', {}).items()
    words = [f'{key}={value}' for key, value in pairs]
    return ' '.join([selector['type'], selector.get('name', '*'), *words])


def resolved(cloud, document):
    """A :class:`Selected` for each resource of a plan document, each once.

    What was picked comes first. Each type is listed once, all side by side;
    a type that cannot be listed fails what the plan says about it.
    """
    chosen, failed = today(cloud, document)
    asked = _without_too_many(chosen)
    checked = concurrency.each(functools.partial(_checked, cloud), asked)
    return checked + failed


def today(cloud, document):
    """``(chosen, failed)``: as ``resolved``, without asking of each one.

    A call for each type: for a page. Both are lists of :class:`Selected`.
    """
    found, errors = _listed(cloud, document)
    picked = [
        _picked(entry, document, found, errors)
        for entry in plan_document.entries(document)
    ]
    chosen = {ResourceRef.of_entry(one.entry): one for one in picked}
    for one in _selected(document, found):
        chosen.setdefault(ResourceRef.of_entry(one.entry), one)
    return [*chosen.values()], _unlisted(document, errors)


def _listed(cloud, document):
    """``({type: {id: Resource}}, {type: sentence})`` of a plan's types."""
    named = [*document['resources'], *document.get('selectors', [])]
    calls = {
        slug: functools.partial(_list, cloud, slug)
        for slug in {one['type'] for one in named}
    }
    found, _none = concurrency.gather(calls)
    errors = {k: str(v) for k, v in found.items() if not isinstance(v, dict)}
    return {k: v for k, v in found.items() if k not in errors}, errors


def _list(cloud, slug):
    """``{id: Resource}`` of a type, or the error."""
    try:
        listed = plugins.protectable(slug).list(cloud)
    except exceptions.ProtectionError as error:
        return error
    return {resource.id: resource for resource in listed}


def _picked(entry, document, found, errors):
    if entry['type'] in errors:
        return Selected(entry).ended(
            result_states.FAILED, errors[entry['type']]
        )
    resource = found[entry['type']].get(entry['id'])
    if not resource:
        kind = plugins.protectable(entry['type']).name.lower()
        gone = f"The {kind} no longer exists."
        return Selected(entry).ended(result_states.SKIPPED, gone)
    one = _of(resource, entry)
    if excluded(resource, document.get('exclusions', [])):
        return one.ended(result_states.SKIPPED, _EXCLUDED)
    return one


def _of(resource, method):
    """A resource with its method, under the name that it has today."""
    facts = {'type': resource.type, 'id': resource.id, 'name': resource.label}
    return Selected({**method, **facts}, resource=resource)


def _selected(document, found):
    everything = [one for listed in found.values() for one in listed.values()]
    chosen = matches(
        everything,
        document.get('selectors', []),
        document.get('exclusions', []),
    )
    return [_of(one, document['methods'][one.type]) for one in chosen]


def _without_too_many(chosen):
    """As many as a run can carry; one failure stands for the others."""
    left = chosen[MOST_RESOURCES:]
    if not left:
        return chosen
    entry = {**left[0].entry, 'id': '', 'name': f"{len(left)} more"}
    too_many = Selected(entry).ended(result_states.FAILED, _TOO_MANY)
    return [*chosen[:MOST_RESOURCES], too_many]


def _checked(cloud, one):
    """As it was, or why it cannot be protected."""
    if one.state != result_states.PENDING:
        return one
    try:
        protection = plugins.protection(one.entry['protection'])
        reason = methods.obstacle(cloud, one.resource, protection)
    except exceptions.ProtectionError as error:
        return one.ended(result_states.FAILED, str(error))
    return one.ended(result_states.FAILED, reason) if reason else one


def _unlisted(document, errors):
    """A failure for each selector whose type cannot be listed."""
    return [
        Selected(
            {
                **document['methods'][selector['type']],
                'type': selector['type'],
                'id': '',
                'name': described(selector),
            }
        ).ended(result_states.FAILED, errors[selector['type']])
        for selector in document.get('selectors', [])
        if selector['type'] in errors
    ]


def counts(cloud, documents):
    """``{plan id: count}`` of the plans whose selectors can be resolved.

    One call for each type that any selector names, none without selectors.
    """
    some = [one for one in documents if one.get('selectors')]
    slugs = {one['type'] for told in some for one in told['selectors']}
    calls = {
        slug: functools.partial(_resources_of_type, cloud, slug)
        for slug in slugs
    }
    found, _errors = concurrency.gather(calls, dict.fromkeys(calls))
    missing = {slug for slug, listed in found.items() if listed is None}
    return {
        told['id']: _count(told, found)
        for told in some
        if missing.isdisjoint(one['type'] for one in told['selectors'])
    }


def _resources_of_type(cloud, slug):
    return plugins.protectable(slug).list(cloud)


def _count(document, found):
    listed = [one for some in found.values() for one in some or ()]
    exclusions = document.get('exclusions', [])
    return len(matches(listed, document['selectors'], exclusions))
