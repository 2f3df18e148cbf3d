# SPDX-License-Identifier: Apache-2.0
"""A recovery point as its row and its page show it."""

from django import urls
from django.utils.html import format_html
from django.utils.translation import gettext

from protection_dashboard.panels import addresses


class Entry:
    """A point with the names that its row shows.

    ``plan`` is the plan that made it, ``pin`` is what that plan's document
    says of a pinned point; None when there is none, or nobody can say.
    """

    def __init__(self, point, resource, plan):
        self.point = point
        self.resource = resource
        self.plan = plan
        self.pin = plan.pins.get(point.id) if plan else None
        self.state = point.state
        self.protection = point.protection
        self.id = point.id

    @classmethod
    def of(cls, point, names, plans):
        """``names`` of resources and plans by id (None: unknown)."""
        plan = (plans or {}).get(point.mark.plan)
        return cls(point, _resource(point, names), plan)

    @property
    def address(self):
        return address(self.point)

    @property
    def made_by(self):
        """The plan, else the run, as a link."""
        if self.plan:
            return _link('plans', self.plan.id, self.plan.name)
        if self.point.mark.execution:
            return _link(
                'executions', self.point.mark.execution, gettext("A run")
            )
        return gettext("By hand")

    @property
    def key(self):
        """The point's id in our tables: its protection's slug and its own."""
        return f'{self.protection}:{self.id}'


def address(point):
    """The point's own page."""
    return urls.reverse(
        'horizon:project:protection_points:detail',
        args=(point.protection, point.id),
    )


def _resource(point, names):
    if names is not None and point.resource_id not in names:
        return format_html(
            '<s>{}</s> {}', point.resource_id, gettext("(deleted)")
        )
    name = (names or {}).get(point.resource_id) or point.resource_id
    address = addresses.of_resource(point.resource_type, point.resource_id)
    return (
        format_html('<a href="{}">{}</a>', address, name) if address else name
    )


def _link(panel, id_, text):
    address = urls.reverse(
        f'horizon:project:protection_{panel}:detail', args=(id_,)
    )
    return format_html('<a href="{}">{}</a>', address, text)
