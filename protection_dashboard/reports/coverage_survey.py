# SPDX-License-Identifier: Apache-2.0
"""All resources of a project beside its plans: a call for each list.

A type whose service does not answer is missing and is named in ``errors``;
without Mistral nothing can be said, so its error is raised.
"""

import dataclasses
import functools

from protection_dashboard import plugins
from protection_dashboard.common import concurrency
from protection_dashboard.common.references import ResourceRef
from protection_dashboard.coverage import coverage
from protection_dashboard.coverage import exemptions
from protection_dashboard.plans import document as plan_document
from protection_dashboard.reports import project_status

#: the protection that knows what schedules of the database client make
_OF_CLIENTS = 'database_backup'


@dataclasses.dataclass(frozen=True)
class Survey:
    """``covers`` are coverage.Covers, ``planned`` an agenda.Agenda.

    ``impossible`` are Resources that nothing installed can protect on their
    own; ``types`` are those that could be listed.
    """

    covers: tuple = ()
    impossible: tuple = ()
    planned: project_status.Agenda | None = None
    types: frozenset = frozenset()
    errors: tuple = ()

    @property
    def methods(self):
        """Slugs of the protections that its schedules use."""
        states = self.planned.states
        found = (
            plan_document.protections(one.plan.document) for one in states
        )
        own = {_OF_CLIENTS} if self.planned.clients else set()
        return own.union(*found)

    def _in(self, state):
        return [one for one in self.covers if one.state == state]

    @functools.cached_property
    def protected(self):
        return self._in(coverage.PROTECTED)

    @functools.cached_property
    def open(self):
        return self._in(coverage.OPEN)

    @functools.cached_property
    def unneeded(self):
        return self._in(coverage.UNNEEDED)


def of(cloud, read=project_status.of_project):
    """The :class:`Survey` of a project; ``read`` gives its Agenda."""
    calls = {
        **_lists(cloud),
        'agenda': lambda: read(cloud),
        'kept': lambda: exemptions.kept(cloud),
    }
    fallbacks = {**dict.fromkeys(_lists(cloud)), 'kept': {}}
    found, errors = concurrency.gather(calls, fallbacks)
    planned, kept = found.pop('agenda'), found.pop('kept')
    resources = [one for listed in found.values() for one in listed or ()]
    impossible = coverage.impossible(resources)
    out = set(map(ResourceRef.of_resource, impossible))
    covers = coverage.of(
        [one for one in resources if ResourceRef.of_resource(one) not in out],
        planned.states,
        planned.clients,
        kept,
    )
    return Survey(
        covers=tuple(covers),
        impossible=tuple(impossible),
        planned=planned,
        types=frozenset(k for k, v in found.items() if v is not None),
        errors=(*errors, *planned.errors),
    )


def marked(cloud):
    """``([(Resource, Note)], errors)`` of what needs no protection."""
    calls = {**_lists(cloud), 'kept': lambda: exemptions.kept(cloud)}
    found, errors = concurrency.gather(calls, dict.fromkeys(calls))
    kept = found.pop('kept') or {}
    listed = [one for some in found.values() for one in some or ()]
    noted = [(one, exemptions.note_of(one, kept)) for one in listed]
    return [(one, note) for one, note in noted if note], errors


def resources(cloud, keys):
    """``({key: Resource}, errors)`` of those among some keys that exist."""
    slugs = {ResourceRef.parse_leniently(one).type for one in keys}
    calls = {k: v for k, v in _lists(cloud).items() if k in slugs}
    found, errors = concurrency.gather(calls, dict.fromkeys(calls, ()))
    by_key = {
        str(ResourceRef.of_resource(one)): one
        for listed in found.values()
        for one in listed
    }
    return {one: by_key[one] for one in keys if one in by_key}, errors


def _lists(cloud):
    return {
        slug: functools.partial(_list, cloud, slug)
        for slug in coverage.types(cloud)
    }


def _list(cloud, slug):
    return plugins.protectable(slug).list(cloud)
