# SPDX-License-Identifier: Apache-2.0
"""Workflows that all plans of a project share, made when first needed.

definitions.py says which kinds of them there are.
"""

from protection_dashboard import exceptions
from protection_dashboard.api.cloud import Cloud
from protection_dashboard.api.mistral import client as mistral
from protection_dashboard.workflows import definitions


def shared_workflow_name(cloud: Cloud, kind: str) -> str:
    """The name of the project's workflow of a kind."""
    return f'protection.{kind}.{cloud.project_id}'


def shared_workflow_id(cloud: Cloud, kind: str) -> str:
    """Mistral's id of the project's workflow of a kind.

    It is made if it is not there, and updated if its definition is not the
    one that this version has.
    """
    name = shared_workflow_name(cloud, kind)
    text = definitions.shared_definition(kind, name)
    try:
        found = mistral.workflow_get(cloud, name)
    except exceptions.NotFound:
        found = mistral.workflow_create(cloud, text)
    if found.definition != text:
        mistral.workflow_update(cloud, found.id, text)
    workflow_id: str = found.id
    return workflow_id
