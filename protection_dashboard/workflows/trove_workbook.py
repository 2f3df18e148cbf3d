# SPDX-License-Identifier: Apache-2.0
"""The Mistral workbook of Trove's scheduled backups, for all projects.

The backup schedules of python-troveclient are cron triggers of its workflow.
"""

from collections.abc import Iterable
from importlib import resources
from typing import Any

from protection_dashboard import exceptions
from protection_dashboard.api.cloud import Cloud
from protection_dashboard.api.mistral import trove_schedules
from protection_dashboard.api.mistral import workbooks as mistral_workbooks

NAME = 'trove'
PUBLIC = 'public'
CREATED, UPDATED, UNCHANGED = 'created', 'updated', 'unchanged'


def workbook_definition() -> str:
    """The workbook's definition (Mistral DSL v2)."""
    folder = resources.files('protection_dashboard.workflows')
    return (folder / 'trove_workbook.yaml').read_text('utf-8')


def needed_change(cloud: Cloud) -> str:
    """What publishing would do: CREATED, UPDATED or UNCHANGED."""
    return _needed_change(*_workbooks_and_workflows(cloud))


def publish_workbook(cloud: Cloud) -> str:
    """Create or update the public workbook; CREATED, UPDATED or UNCHANGED.

    It takes an administrator's ``cloud``. Refused when another project has a
    private workbook or workflow of this name: Mistral would change that one
    and take it away from its project.
    """
    books, flows = _workbooks_and_workflows(cloud)
    change = _needed_change(books, flows)
    if change != UNCHANGED:
        _refuse_if_private(cloud, [*books, *flows])
        _CALLS[change](cloud, workbook_definition())
    return change


def _workbooks_and_workflows(cloud: Cloud) -> tuple[list[Any], list[Any]]:
    """What has the names of the workbook and its workflow, in all projects."""
    books = mistral_workbooks.workbooks_named(cloud, NAME)
    flows = mistral_workbooks.workflows_named(cloud, trove_schedules.WORKFLOW)
    return books, flows


def _needed_change(books: list[Any], flows: list[Any]) -> str:
    public = [book for book in books if book.scope == PUBLIC]
    if flows and [book.definition for book in public] == [
        workbook_definition()
    ]:
        return UNCHANGED
    return UPDATED if books else CREATED


_CALLS = {
    CREATED: mistral_workbooks.workbook_create,
    UPDATED: mistral_workbooks.workbook_update,
}


def _refuse_if_private(cloud: Cloud, found: Iterable[Any]) -> None:
    """Refused when other projects own some of these privately."""
    others = {
        one.project_id
        for one in found
        if one.scope != PUBLIC and one.project_id != cloud.project_id
    }
    if others:
        raise exceptions.Refused(
            f"Projects with a workbook {NAME} or a workflow "
            f"{trove_schedules.WORKFLOW} of their own: "
            f"{', '.join(sorted(others))}. Mistral would take these away "
            "from them: let them delete or rename theirs first."
        )
