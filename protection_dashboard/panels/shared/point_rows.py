# SPDX-License-Identifier: Apache-2.0
"""Rows of recovery points: names and links around a point."""

from django.utils.http import urlencode
from django.utils.safestring import mark_safe
from django.utils.translation import gettext

from protection_dashboard.common.references import PointRef
from protection_dashboard.ui import addresses
from protection_dashboard.ui import cells
from protection_dashboard.ui.markup import format_html
from protection_dashboard.ui.markup import format_html_join

_PANEL = 'horizon:project:protection_'
_BREAK = mark_safe(' <br>')


class PointRow:
    """A point with the names that its row shows.

    ``plan`` is the plan that made it, ``pin`` its pin in that plan's
    document; None if there is none or it is unknown. ``name`` is that of the
    resource, '' if unknown; ``gone`` says that the resource is gone.
    """

    def __init__(self, point, plan, *, name='', gone=False):
        self.point = point
        self.plan = plan
        self.name = name
        self.gone = gone
        self.pin = plan.pins.get(point.id) if plan else None
        self.state = point.state
        self.protection = point.protection
        self.id = point.id

    @classmethod
    def from_point(cls, point, names, plans):
        """The row of a point.

        ``names`` are ``{resource id: name}`` of its type, ``plans`` are
        ``{id: Plan}``; None if unknown.
        """
        plan = (plans or {}).get(point.mark.plan)
        name = (names or {}).get(point.resource_id) or ''
        known = names is not None and bool(point.resource_id)
        gone = known and point.resource_id not in names
        return cls(point, plan, name=name, gone=gone)

    @property
    def address(self):
        return point_address(self.point)

    @property
    def resource(self):
        """The resource's name, linked to its own page if there is one."""
        point = self.point
        if self.gone:
            return format_html(
                '<s>{}</s> {}', point.resource_id, gettext("(deleted)")
            )
        name = self.name or point.resource_id or gettext("Unknown")
        to = addresses.resource_page(point.resource_type, point.resource_id)
        return format_html('<a href="{}">{}</a>', to, name) if to else name

    @property
    def points_address(self):
        """The URL of the list of all points of its resource."""
        point = self.point
        return resource_points_address(point.resource_type, point.resource_id)

    @property
    def schedules(self):
        """``{id: Schedule}`` that it counts for; None for one that is gone.

        That which started the run is the first.
        """
        known = (
            {one.id: one for one in self.plan.schedules} if self.plan else {}
        )
        return {one: known.get(one) for one in self.point.mark.schedules}

    @property
    def starter(self):
        """What started the run: schedules in words, as links.

        The schedules that it counts for besides follow the first one.
        """
        if not self.point.mark.schedules:
            return gettext("by hand")
        links = map(self._schedule_link, self.schedules.values())
        return format_html_join(_BREAK, '{}', ((link,) for link in links))

    def _schedule_link(self, schedule):
        if not schedule:
            return gettext("by a schedule that is gone")
        return format_html(
            '<a href="{}">{}</a>',
            addresses.page(
                f'{_PANEL}schedules:detail', self.plan.id, schedule.id
            ),
            cells.schedule_text(schedule),
        )

    @property
    def made_by(self):
        """The plan that made it, else the execution, as a link."""
        run = self.point.mark.execution
        if self.plan:
            return _detail_link('plans', self.plan.id, self.plan.name)
        if run and self.point.mark.plan:
            return _detail_link('executions', run, gettext("A run"))
        by_hand = gettext("By hand")
        return _detail_link('executions', run, by_hand) if run else by_hand

    @property
    def origin(self):
        """Lines: the plan, what started it, and the execution."""
        if not self.plan:
            return self.made_by
        parts = [self.made_by, self.starter]
        run = self.point.mark.execution
        if run:
            parts.append(_detail_link('executions', run, gettext("Execution")))
        return format_html_join(_BREAK, '{}', ((text,) for text in parts))

    @property
    def key(self):
        """The id of its row: ``protection slug:point id``."""
        return str(PointRef.of_point(self))


def point_address(point):
    """The URL of the point's page."""
    return addresses.page(f'{_PANEL}points:detail', point.protection, point.id)


def resource_points_address(slug, resource_id):
    """The URL of the list of all points of a resource."""
    index = addresses.page(f'{_PANEL}points:index')
    return f'{index}?{urlencode({"type": slug, "resource": resource_id})}'


def _detail_link(panel, id_, text):
    address = addresses.page(f'{_PANEL}{panel}:detail', id_)
    return format_html('<a href="{}">{}</a>', address, text)


def taken_cell(point):
    """How long ago a point was taken; also that its service's clock differs.

    See :func:`~protection_dashboard.protections.recovery_point.times`.
    """
    taken = cells.relative_time(point.created)
    if point.wrongly_dated is None:
        return taken
    return format_html(
        '{} <br><span class="small text-warning">{}</span>',
        taken,
        gettext(
            "Its service dates it %(time)s: the clock there, or Mistral's, "
            "was wrong. The time of the run counts."
        )
        % {'time': cells.local_time(point.wrongly_dated)},
    )
