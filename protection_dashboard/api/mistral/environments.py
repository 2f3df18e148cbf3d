# SPDX-License-Identifier: Apache-2.0
"""Mistral: environments, the one store of a project for JSON of ours.

Workflow API v2, https://docs.openstack.org/mistral/latest/user/rest_api_v2.html.
They are known by name only, a PUT replaces all variables and there is no
version: what is written is read again.
"""

from protection_dashboard import exceptions
from protection_dashboard.api.mistral import client as mistral

_TRIES = 3


def environment_variables(cloud, name):
    """``{name: value}`` of a private environment; {} when there is none."""
    return _read(cloud, name) or {}


def environment_change(cloud, name, changes):
    """Set variables, or remove those whose value is None; others stay.

    Refused when somebody else changes the same ones all the time.
    """
    for _try in range(_TRIES):
        _write(cloud, name, changes)
        kept = environment_variables(cloud, name)
        if all(kept.get(key) == value for key, value in changes.items()):
            return
    raise exceptions.Refused(
        "Somebody else changes this at the same time: try again."
    )


def _write(cloud, name, changes):
    found = _read(cloud, name)
    told = {**(found or {}), **changes}
    body = {
        'name': name,
        'variables': {k: v for k, v in told.items() if v is not None},
    }
    if found is not None:
        _update(cloud, body)
    elif body['variables']:
        _create(cloud, body)


@mistral.sorted_errors
def _read(cloud, name):
    """The variables, None without such an environment of the project."""
    environments = mistral.connected(cloud).environments
    found = environments.list(
        name=name, fields=['name', 'variables', 'project_id']
    )
    own = [one for one in found if one.project_id == cloud.project_id]
    return own[0].variables if own else None


@mistral.sorted_errors
def _create(cloud, body):
    mistral.connected(cloud).environments.create(scope='private', **body)


@mistral.sorted_errors
def _update(cloud, body):
    mistral.connected(cloud).environments.update(**body)
