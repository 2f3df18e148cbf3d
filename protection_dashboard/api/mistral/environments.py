# SPDX-License-Identifier: Apache-2.0
"""Mistral: environments, the only place for other JSON of a project.

Workflow API v2, https://docs.openstack.org/mistral/latest/user/rest_api_v2.html.
An environment is addressed by its name, a PUT replaces all its variables, and
it has no version: to notice concurrent changes, it is read after each write.
"""

from collections.abc import Mapping
from typing import Any

from protection_dashboard import exceptions
from protection_dashboard.api.cloud import Cloud
from protection_dashboard.api.mistral import client as mistral
from protection_dashboard.api.mistral.records import Environment

_TRIES = 3


def environment_variables(cloud: Cloud, name: str) -> dict[str, Any]:
    """``{name: value}`` of the project's environment; {} without one."""
    return _variables(cloud, name) or {}


def environment_change(
    cloud: Cloud, name: str, changes: Mapping[str, Any]
) -> None:
    """Set variables, or remove those whose value is None; others stay.

    Refused when somebody else changes the same variables again and again.
    """
    for _try in range(_TRIES):
        _write(cloud, name, changes)
        kept = environment_variables(cloud, name)
        if all(kept.get(key) == value for key, value in changes.items()):
            return
    raise exceptions.Refused(
        "Somebody else changes this at the same time: try again."
    )


def _write(cloud: Cloud, name: str, changes: Mapping[str, Any]) -> None:
    found = _variables(cloud, name)
    changed = {**(found or {}), **changes}
    body = {
        'name': name,
        'variables': {k: v for k, v in changed.items() if v is not None},
    }
    if found is not None:
        _update(cloud, body)
    elif body['variables']:
        _create(cloud, body)


@mistral.convert_errors
def _variables(cloud: Cloud, name: str) -> dict[str, Any] | None:
    """The variables; None if the project has no such environment."""
    environments = mistral.mistral_client(cloud).environments
    found: list[Environment] = environments.list(
        name=name, fields=['name', 'variables', 'project_id']
    )
    own = [one for one in found if one.project_id == cloud.project_id]
    return own[0].variables if own else None


@mistral.convert_errors
def _create(cloud: Cloud, body: dict[str, Any]) -> None:
    mistral.mistral_client(cloud).environments.create(scope='private', **body)


@mistral.convert_errors
def _update(cloud: Cloud, body: dict[str, Any]) -> None:
    mistral.mistral_client(cloud).environments.update(**body)
