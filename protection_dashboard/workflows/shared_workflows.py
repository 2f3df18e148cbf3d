# SPDX-License-Identifier: Apache-2.0
"""Workflows that all plans of a project share, made when first needed."""

from protection_dashboard import exceptions
from protection_dashboard.api.mistral import client as mistral
from protection_dashboard.workflows import definitions


def name_of(cloud, kind):
    return f'protection.{kind}.{cloud.project_id}'


def workflow(cloud, kind):
    """Mistral's id of 'once', 'restore', 'delete' or 'gate', up to date."""
    name = name_of(cloud, kind)
    text = definitions.shared(kind, name)
    try:
        found = mistral.workflow_get(cloud, name)
    except exceptions.NotFound:
        found = mistral.workflow_create(cloud, text)
    if found.definition != text:
        mistral.workflow_update(cloud, found.id, text)
    return found.id
