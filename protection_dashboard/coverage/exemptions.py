# SPDX-License-Identifier: Apache-2.0
"""Resources that somebody said need no protection, and why.

The word stands in the resource's own metadata where its service keeps some
(Cinder, Manila, Nova), under ``protection_not_needed``; for the others in
one environment of Mistral, ``protection.unneeded.<project id>``. It is a
short JSON object, so that it fits into 255 characters.
"""

import dataclasses
import datetime
import functools
import json

from protection_dashboard import plugins
from protection_dashboard.api.mistral import (
    environments as mistral_environments,
)
from protection_dashboard.common import clock
from protection_dashboard.common import concurrency
from protection_dashboard.common.references import ResourceRef
from protection_dashboard.recurrence import local_time

KEY = 'protection_not_needed'
ENVIRONMENT = 'protection.unneeded.'
#: so that all of it fits into a value of metadata
LONGEST_NOTE = 120
_LONGEST_NAME = 60
_LONGEST = 255


@dataclasses.dataclass(frozen=True)
class Note:
    """Why a resource needs no protection, who said so, and when.

    All of it may be unknown: ``at`` is an aware datetime or None.
    """

    note: str = ''
    by: str = ''
    at: datetime.datetime | None = None

    def written(self):
        """As text, at most 255 characters."""
        told = {
            'note': self.note[:LONGEST_NOTE],
            'by': self.by[:_LONGEST_NAME],
            'at': f'{self.at:%Y-%m-%dT%H:%M:%SZ}' if self.at else '',
        }
        while len(text := json.dumps(told, ensure_ascii=False)) > _LONGEST:
            told['note'] = told['note'][:-1]
        return text


def read(text):
    """The Note of such a text; whatever somebody else wrote is its note."""
    try:
        told = json.loads(text)
        return Note(str(told['note']), str(told['by']), _moment(told['at']))
    except (KeyError, RecursionError, TypeError, ValueError):
        return Note(note=str(text))


def _moment(text):
    if not text:
        return None
    found = datetime.datetime.fromisoformat(text)
    # others cannot be told in every zone, and nobody marked anything then
    if not local_time.is_in_range(found):
        return None
    return found if found.tzinfo else found.replace(tzinfo=datetime.UTC)


def environment(cloud):
    return ENVIRONMENT + cloud.project_id


def kept(cloud):
    """``{key: Note}`` of what stands in Mistral; one call."""
    name = environment(cloud)
    return of(mistral_environments.environment_variables(cloud, name))


def of(variables):
    """``{key: Note}`` of an environment; what names no resource is not ours.

    Anybody in the project may write anything there.
    """
    if not isinstance(variables, dict):
        return {}
    return {
        one: read(text)
        for one, text in variables.items()
        if all(ResourceRef.parse_leniently(one))
    }


def note_of(resource, kept):
    """The Note of a resource, None if it needs protection."""
    text = resource.metadata.get(KEY)
    return (
        kept.get(str(ResourceRef.of_resource(resource)))
        if text is None
        else read(text)
    )


def mark(cloud, resources, note=''):
    """Say that resources need no protection; ``{key: error}`` of failures."""
    at = clock.now().replace(microsecond=0)
    text = Note(note.strip(), cloud.user, at).written()
    return _write(
        cloud, map(str, map(ResourceRef.of_resource, resources)), text
    )


def unmark(cloud, keys):
    """Say that resources need protection again; ``{key: error}``."""
    return _write(cloud, keys, None)


def forget(cloud, keys):
    """Take out what Mistral keeps of resources that are gone."""
    _keep(cloud, dict.fromkeys(keys))


def _write(cloud, keys, text):
    own, others = [], []
    for one in keys:
        annotates = plugins.protectable(
            ResourceRef.parse_leniently(one).type
        ).annotate
        (own if annotates else others).append(one)
    write = functools.partial(_annotate, cloud, text)
    errors = dict(zip(own, concurrency.each(write, own), strict=True))
    if others:
        changes = dict.fromkeys(others, text)
        error = concurrency.attempt(lambda: _keep(cloud, changes))
        errors |= dict.fromkeys(others, error)
    return {one: error for one, error in errors.items() if error}


def _annotate(cloud, text, one):
    slug, resource_id = ResourceRef.parse_leniently(one)
    resource_type = plugins.protectable(slug)
    return concurrency.attempt(
        lambda: resource_type.annotate(cloud, resource_id, KEY, text)
    )


def _keep(cloud, changes):
    mistral_environments.environment_change(cloud, environment(cloud), changes)
