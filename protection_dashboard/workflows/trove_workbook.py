# SPDX-License-Identifier: Apache-2.0
"""The Mistral workbook of Trove's scheduled backups, for all projects."""

from importlib import resources

from protection_dashboard import exceptions
from protection_dashboard.api.mistral import trove_schedules
from protection_dashboard.api.mistral import workbooks as mistral_workbooks

NAME = 'trove'
PUBLIC = 'public'
CREATED, UPDATED, UNCHANGED = 'created', 'updated', 'unchanged'


def text():
    """The workbook's definition (Mistral DSL v2)."""
    folder = resources.files('protection_dashboard.workflows')
    return (folder / 'trove_workbook.yaml').read_text('utf-8')


def state(cloud):
    """What ``publish`` would do: 'created', 'updated' or 'unchanged'."""
    return _state(*_found(cloud))


def publish(cloud):
    """Make it there for every project: 'created', 'updated' or 'unchanged'.

    It takes an administrator's ``cloud``. Refused when a project has a
    private workbook or workflow of this name: Mistral would rewrite that one
    and take it away from its project.
    """
    books, flows = _found(cloud)
    todo = _state(books, flows)
    if todo != UNCHANGED:
        _spare_others(cloud, [*books, *flows])
        _WAYS[todo](cloud, text())
    return todo


def _found(cloud):
    """``(workbooks, workflows)`` of the names, of all projects."""
    books = mistral_workbooks.workbooks_named(cloud, NAME)
    flows = mistral_workbooks.workflows_named(cloud, trove_schedules.WORKFLOW)
    return books, flows


def _state(books, flows):
    public = [book for book in books if book.scope == PUBLIC]
    if flows and [book.definition for book in public] == [text()]:
        return UNCHANGED
    return UPDATED if books else CREATED


_WAYS = {
    CREATED: mistral_workbooks.workbook_create,
    UPDATED: mistral_workbooks.workbook_update,
}


def _spare_others(cloud, found):
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
