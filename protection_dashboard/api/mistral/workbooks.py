# SPDX-License-Identifier: Apache-2.0
"""Mistral: workbooks, and workflows of any project by name."""

from protection_dashboard.api.cloud import Cloud
from protection_dashboard.api.mistral import client as mistral
from protection_dashboard.api.mistral.records import Workbook
from protection_dashboard.api.mistral.records import Workflow


@mistral.convert_errors
def workbooks_named(cloud: Cloud, name: str) -> list[Workbook]:
    """Workbooks of a name, of all projects that the user may see."""
    workbooks = mistral.mistral_client(cloud).workbooks
    found: list[Workbook] = workbooks.list(name=name)
    return found


@mistral.convert_errors
def workflows_named(cloud: Cloud, name: str) -> list[Workflow]:
    """Workflows of a name, of all projects that the user may see.

    Only id, name, scope and project are known.
    """
    fields = ['id', 'name', 'scope', 'project_id']
    workflows = mistral.mistral_client(cloud).workflows
    found: list[Workflow] = workflows.list(name=name, fields=fields)
    return found


@mistral.convert_errors
def workbook_create(cloud: Cloud, definition: str) -> Workbook:
    """Create a workbook for all projects, as an administrator."""
    workbooks = mistral.mistral_client(cloud).workbooks
    made: Workbook = workbooks.create(definition, scope='public')
    return made


@mistral.convert_errors
def workbook_update(cloud: Cloud, definition: str) -> Workbook:
    """Replace the definition of a workbook for all projects."""
    workbooks = mistral.mistral_client(cloud).workbooks
    changed: Workbook = workbooks.update(definition, scope='public')
    return changed
