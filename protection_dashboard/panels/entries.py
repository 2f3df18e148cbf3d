# SPDX-License-Identifier: Apache-2.0
"""A recovery point as its row shows it."""

from django import urls
from django.utils.html import format_html
from django.utils.translation import gettext

from protection_dashboard.panels import addresses


class Entry:
    """A point with the names that its row shows."""

    def __init__(self, point, resource, made_by):
        self.point = point
        self.resource = resource
        self.made_by = made_by
        self.state = point.state
        self.protection = point.protection
        self.id = point.id

    @classmethod
    def of(cls, point, names, plan_names):
        """``names`` of resources by id (None: unknown), of plans by id."""
        return cls(
            point,
            _resource(point, names),
            _made_by(point, plan_names),
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


def _made_by(point, plan_names):
    if not point.mark.execution:
        return gettext("By hand")
    if point.mark.plan not in plan_names:
        address = urls.reverse(
            'horizon:project:protection_executions:detail',
            args=(point.mark.execution,),
        )
        return format_html('<a href="{}">{}</a>', address, gettext("A run"))
    address = urls.reverse(
        'horizon:project:protection_plans:detail', args=(point.mark.plan,)
    )
    return format_html(
        '<a href="{}">{}</a>', address, plan_names[point.mark.plan]
    )
