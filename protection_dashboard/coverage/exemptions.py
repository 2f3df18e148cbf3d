# SPDX-License-Identifier: Apache-2.0
"""Resources that somebody said need no protection, and why.

The exemption is stored in the resource's own metadata where its service has
metadata that users set (Cinder, Manila, Nova), under the key
``protection_not_needed``; for other resources in one Mistral environment of
the project, ``protection.unneeded.<project id>``, under ``type:id``. It is a
JSON object of at most 255 characters, as that is the limit of metadata.
"""

from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Mapping
import dataclasses
import datetime
import functools
import json
from typing import Any

from protection_dashboard import exceptions
from protection_dashboard import plugins
from protection_dashboard.api.cloud import Cloud
from protection_dashboard.api.mistral import (
    environments as mistral_environments,
)
from protection_dashboard.common import clock
from protection_dashboard.common import concurrency
from protection_dashboard.common.references import ResourceRef
from protection_dashboard.protectables.base import Resource
from protection_dashboard.recurrence import local_time

METADATA_KEY = 'protection_not_needed'
ENVIRONMENT_PREFIX = 'protection.unneeded.'
#: characters; shorter than a value of metadata, which holds the rest too
MAX_NOTE_LENGTH = 120
_MAX_NAME_LENGTH = 60
_MAX_LENGTH = 255


@dataclasses.dataclass(frozen=True)
class Exemption:
    """Why a resource needs no protection, who said so, and when.

    What is unknown is empty; ``at`` is an aware datetime, or None.
    """

    note: str = ''
    by: str = ''
    at: datetime.datetime | None = None

    def written(self) -> str:
        """As JSON of at most 255 characters; a longer note is cut."""
        written = {
            'note': self.note[:MAX_NOTE_LENGTH],
            'by': self.by[:_MAX_NAME_LENGTH],
            'at': f'{self.at:%Y-%m-%dT%H:%M:%SZ}' if self.at else '',
        }
        while (
            len(text := json.dumps(written, ensure_ascii=False)) > _MAX_LENGTH
        ):
            written['note'] = written['note'][:-1]
        return text


def parse_exemption(text: Any) -> Exemption:
    """The Exemption that ``written`` gave; other text is taken as its note.

    Anybody in the project may have written anything there.
    """
    try:
        found = json.loads(text)
        return Exemption(
            str(found['note']), str(found['by']), _moment(found['at'])
        )
    except (KeyError, RecursionError, TypeError, ValueError):
        return Exemption(note=str(text))


def _moment(text: str) -> datetime.datetime | None:
    if not text:
        return None
    found = datetime.datetime.fromisoformat(text)
    # other times cannot be shown in every time zone, and cannot be true
    if not local_time.is_in_range(found):
        return None
    return found if found.tzinfo else found.replace(tzinfo=datetime.UTC)


def environment_name(cloud: Cloud) -> str:
    """Name of the Mistral environment that holds the project's exemptions."""
    return ENVIRONMENT_PREFIX + cloud.project_id


def stored_exemptions(cloud: Cloud) -> dict[str, Exemption]:
    """The exemptions that Mistral stores, by ``type:id``; one call."""
    name = environment_name(cloud)
    return exemptions_of_variables(
        mistral_environments.environment_variables(cloud, name)
    )


def exemptions_of_variables(variables: Any) -> dict[str, Exemption]:
    """The exemptions among an environment's variables, by ``type:id``.

    Anybody in the project may write anything there: what names no resource
    is left out.
    """
    if not isinstance(variables, dict):
        return {}
    return {
        one: parse_exemption(text)
        for one, text in variables.items()
        if all(ResourceRef.parse_leniently(one))
    }


def exemption_of(
    resource: Resource, stored: Mapping[str, Exemption]
) -> Exemption | None:
    """The exemption of a resource, None if it has none.

    ``stored`` are those of Mistral, by ``type:id``.
    """
    text = resource.metadata.get(METADATA_KEY)
    if text is not None:
        return parse_exemption(text)
    return stored.get(str(ResourceRef.of_resource(resource)))


def exempt(
    cloud: Cloud, resources: Iterable[Resource], note: str = ''
) -> dict[str, exceptions.ProtectionError]:
    """Store that resources need no protection.

    Returns the errors of those that failed, by ``type:id``.
    """
    at = clock.now().replace(microsecond=0)
    text = Exemption(note.strip(), cloud.user, at).written()
    return _write(
        cloud, map(str, map(ResourceRef.of_resource, resources)), text
    )


def revoke_exemptions(
    cloud: Cloud, keys: Iterable[str]
) -> dict[str, exceptions.ProtectionError]:
    """Store that resources, by ``type:id``, need protection again.

    Returns the errors of those that failed, by ``type:id``.
    """
    return _write(cloud, keys, None)


def delete_stored_exemptions(cloud: Cloud, keys: Iterable[str]) -> None:
    """Delete what Mistral stores about resources that are gone."""
    _store(cloud, dict.fromkeys(keys))


def _write(
    cloud: Cloud, keys: Iterable[str], text: str | None
) -> dict[str, exceptions.ProtectionError]:
    calls: dict[str, Callable[[], None]] = {}
    others: list[str] = []
    for one in keys:
        slug, resource_id = ResourceRef.parse_leniently(one)
        annotate = plugins.protectable(slug).annotate
        if annotate:
            calls[one] = functools.partial(
                annotate, cloud, resource_id, METADATA_KEY, text
            )
        else:
            others.append(one)
    found = concurrency.map_concurrently(
        concurrency.value_or_error, calls.values()
    )
    errors = dict(zip(calls, found, strict=True))
    if others:
        changes = dict.fromkeys(others, text)
        error = concurrency.value_or_error(lambda: _store(cloud, changes))
        errors |= dict.fromkeys(others, error)
    return {one: error for one, error in errors.items() if error}


def _store(cloud: Cloud, changes: Mapping[str, str | None]) -> None:
    """Change variables of the Mistral environment; None deletes one."""
    mistral_environments.environment_change(
        cloud, environment_name(cloud), changes
    )
