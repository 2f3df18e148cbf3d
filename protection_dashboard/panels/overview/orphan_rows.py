# SPDX-License-Identifier: Apache-2.0
"""A row of each orphan: what it is, of what, why it is there."""

import dataclasses
import datetime

from django import urls
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from protection_dashboard.common import clock
from protection_dashboard.coverage import orphans
from protection_dashboard.panels.shared import point_rows
from protection_dashboard.ui import cells

_PANEL = 'horizon:project:protection_'


@dataclasses.dataclass(frozen=True)
class Row:
    """``address`` is its page and ``restore`` that to restore it, or ''.

    ``of`` is what it belonged to; ``at`` is when it was made or comes next,
    an aware time or None.
    """

    id: str
    name: str
    why: str
    of: str = ''
    kind: str = ''
    address: str = ''
    restore: str = ''
    size: int | None = None
    at: datetime.datetime | None = None

    @property
    def when(self):
        return cells.when(self.at)

    @property
    def size_words(self):
        return '' if self.size is None else cells.size(self.size)


CSV = (
    (_("Name"), lambda row: row.name),
    (_("ID"), lambda row: row.id),
    (_("Type"), lambda row: row.kind),
    (_("Of"), lambda row: row.of),
    (_("Time"), lambda row: row.at),
    (_("Size (GiB)"), lambda row: row.size),
    (_("Why"), lambda row: row.why),
)


def of(slug, kind, facts):
    """The Rows of a Kind: points by age, the newest first."""
    rows = [_MAKERS[slug](one, facts) for one in kind.orphans]
    if slug in (orphans.PLANLESS, orphans.SOURCELESS):
        rows.sort(key=lambda row: row.at, reverse=True)
    return rows


def _row(orphan, **facts):
    why = capfirst(orphan.why.text(gettext))
    return Row(orphan.id, orphan.name, why, **facts)


def _point(orphan, facts):
    point = orphan.subject
    names = facts.names.get(point.resource_type, {})
    restore = point.state == 'available' and urls.reverse(
        f'{_PANEL}points:restore', args=(point.protection, point.id)
    )
    return _row(
        orphan,
        of=names.get(point.resource_id) or point.resource_id,
        kind=cells.kind(point.resource_type),
        address=point_rows.address(point),
        restore=restore or '',
        size=point.size,
        at=point.created,
    )


def _schedule(orphan, facts):
    if not isinstance(orphan.subject, tuple):
        made = orphan.subject
        return _row(orphan, of=made.instance, at=made.next_execution_time)
    trigger, plan = orphan.subject
    return _row(
        orphan,
        of=plan.name if plan else '',
        at=clock.utc(trigger.next_execution_time),
    )


def _resource(orphan, facts):
    plan, entry = orphan.subject
    return _row(
        orphan,
        of=plan.name,
        kind=cells.kind(entry['type']),
        address=urls.reverse(f'{_PANEL}plans:detail', args=(plan.id,)),
    )


def _leftover(orphan, facts):
    return _row(orphan)


def _mark(orphan, facts):
    slug, resource_id = orphan.subject.split(':', 1)
    return _row(orphan, of=resource_id, kind=cells.kind(slug))


_MAKERS = {
    orphans.PLANLESS: _point,
    orphans.SOURCELESS: _point,
    orphans.SCHEDULES: _schedule,
    orphans.RESOURCES: _resource,
    orphans.LEFTOVERS: _leftover,
    orphans.MARKS: _mark,
}
