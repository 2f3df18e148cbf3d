# SPDX-License-Identifier: Apache-2.0
"""Columns of the CSV file of recovery points, and their sum in a line."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from protection_dashboard import plugins
from protection_dashboard.ui import cells


def _method_name(entry):
    return gettext(plugins.protection(entry.protection).name)


def _deleted_word(entry):
    return gettext("yes") if entry.gone else gettext("no")


def _pin_note(entry):
    return entry.pin and (entry.pin['note'] or gettext("Pinned"))


CSV_COLUMNS = (
    (_("Taken"), lambda entry: entry.point.created),
    (_("Name"), lambda entry: entry.point.label),
    (_("ID"), lambda entry: entry.id),
    (_("Type"), lambda entry: cells.type_name(entry.point.resource_type)),
    (_("Resource"), lambda entry: entry.name),
    (_("Resource ID"), lambda entry: entry.point.resource_id),
    (_("Resource Deleted"), _deleted_word),
    (_("Method"), _method_name),
    (_("Size (GiB)"), lambda entry: entry.point.size),
    (_("State"), lambda entry: entry.state),
    (_("Status"), lambda entry: entry.point.status),
    (_("Plan"), lambda entry: entry.plan and entry.plan.name),
    (_("Plan ID"), lambda entry: entry.point.mark.plan),
    (_("Schedule ID"), lambda entry: ', '.join(entry.point.mark.schedules)),
    (_("Execution ID"), lambda entry: entry.point.mark.execution),
    (_("Pinned"), _pin_note),
    (_("Dated by Its Service"), lambda entry: entry.point.wrongly_dated),
)


def total_text(points, *, is_all):
    """The number and the total size of points, in one line.

    ``is_all``: they are the whole list, not one page of it.
    """
    sizes = [point.size for point in points if point.size is not None]
    if is_all:
        text = ngettext("%d recovery point", "%d recovery points", len(points))
    else:
        text = ngettext(
            "%d recovery point on this page",
            "%d recovery points on this page",
            len(points),
        )
    parts = [text % len(points), gettext("%d GiB") % sum(sizes)]
    unknown = len(points) - len(sizes)
    if unknown:
        parts.append(gettext("%d of unknown size") % unknown)
    return ', '.join(parts)
