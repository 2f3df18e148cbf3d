# SPDX-License-Identifier: Apache-2.0
"""Mistral: workbooks, and workflows by name whoever's they are."""

from protection_dashboard.api.mistral import client as mistral


@mistral.sorted_errors
def workbooks_named(cloud, name):
    """Workbooks of a name, of every project that the token may see."""
    return mistral.connected(cloud).workbooks.list(name=name)


@mistral.sorted_errors
def workflows_named(cloud, name):
    """Workflows of a name, of every project that the token may see."""
    fields = ['id', 'name', 'scope', 'project_id']
    return mistral.connected(cloud).workflows.list(name=name, fields=fields)


@mistral.sorted_errors
def workbook_create(cloud, definition):
    """A workbook for all projects: it takes an administrator's token."""
    return mistral.connected(cloud).workbooks.create(
        definition, scope='public'
    )


@mistral.sorted_errors
def workbook_update(cloud, definition):
    return mistral.connected(cloud).workbooks.update(
        definition, scope='public'
    )
