# SPDX-License-Identifier: Apache-2.0
"""The table of recovery points, and its actions."""

import functools

from django import shortcuts
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from horizon import messages
from horizon import tables

from protection_dashboard import plugins
from protection_dashboard.common import concurrency
from protection_dashboard.common.references import PointRef
from protection_dashboard.panels.recovery_points import cursors
from protection_dashboard.panels.shared import point_rows
from protection_dashboard.plans import service as plan_service
from protection_dashboard.recovery_points import pins
from protection_dashboard.ui import addresses
from protection_dashboard.ui import cells
from protection_dashboard.ui import request_user
from protection_dashboard.ui import tables as ui_tables
from protection_dashboard.ui.markup import format_html
from protection_dashboard.ui.markup import ngettext_lazy

INDEX = 'horizon:project:protection_points:index'


def find_point(cloud, obj_id):
    """The RecoveryPoint with a key of the table; raises NotFound."""
    ref = PointRef.parse(obj_id)
    return plugins.protection(ref.protection).show(cloud, ref.id)


def resource_names(cloud, points):
    """``({type: {resource id: name} or None}, errors)`` of some points.

    None where the names are unknown: the type is not installed, or its
    service does not answer.
    """
    kinds = plugins.protectables()
    types = {point.resource_type for point in points}
    calls = {
        slug: functools.partial(type_resource_names, cloud, slug)
        for slug in types
        if slug in kinds and not kinds[slug].unavailable(cloud)
    }
    found, errors = concurrency.gather(calls, dict.fromkeys(calls))
    return {**dict.fromkeys(types), **found}, errors


def resource_name(names, ref):
    """The name of a resource in ``names``, else its id.

    ``ref`` is a ResourceRef, ``names`` are those of :func:`resource_names`.
    """
    return (names.get(ref.type) or {}).get(ref.id) or ref.id


def type_resource_names(cloud, slug):
    """``{resource id: name}`` of a type; raises if it is not installed."""
    return plugins.protectable(slug).names(cloud)


def plans_by_id(cloud):
    """``{id: Plan}`` of the project."""
    return {plan.id: plan for plan in plan_service.plan_list(cloud)}


class RestorePoint(tables.LinkAction):
    name = 'restore'
    verbose_name = _("Restore")
    classes = ('ajax-modal',)
    icon = 'undo'
    policy_rules = request_user.CHANGE_RULES

    def allowed(self, request, entry=None):
        return entry is None or entry.state == 'available'

    def get_link_url(self, entry):
        return addresses.page(
            'horizon:project:protection_points:restore',
            entry.protection,
            entry.id,
        )


class PinPoint(tables.LinkAction):
    name = 'pin'
    verbose_name = _("Pin...")
    classes = ('ajax-modal',)
    icon = 'thumb-tack'
    policy_rules = request_user.CHANGE_RULES

    def allowed(self, request, entry=None):
        return bool(entry and entry.plan) and not entry.pin

    def get_link_url(self, entry):
        return addresses.page(
            'horizon:project:protection_points:pin', entry.protection, entry.id
        )


class EditPinNote(PinPoint):
    name = 'note'
    verbose_name = _("Edit Note")
    icon = 'pencil'

    def allowed(self, request, entry=None):
        return bool(entry and entry.pin)


class UnpinPoint(ui_tables.ServiceBatchAction):
    name = 'unpin'
    icon = 'thumb-tack'

    @staticmethod
    def action_present(count):
        return ngettext_lazy("Unpin", "Unpin", count)

    @staticmethod
    def action_past(count):
        return ngettext_lazy("Unpinned", "Unpinned", count)

    def allowed(self, request, entry=None):
        return bool(entry and entry.pin)

    def act(self, cloud, obj_id):
        pins.unpin_point(cloud, find_point(cloud, obj_id))

    def get_success_url(self, request=None):
        return addresses.referring_page(request, request.get_full_path())


class DeletePoints(ui_tables.ServiceBatchAction):
    """Leads to the page that counts the points and then deletes them."""

    name = 'delete'
    icon = 'trash'
    action_type = 'default'

    @staticmethod
    def action_present(count):
        return ngettext_lazy(
            "Delete Recovery Point", "Delete Recovery Points", count
        )

    @staticmethod
    def action_past(count):
        return ngettext_lazy(
            "Deleted Recovery Point", "Deleted Recovery Points", count
        )

    def allowed(self, request, entry=None):
        return entry is None or (entry.state != 'pending' and not entry.pin)

    def handle(self, table, request, obj_ids):
        """Open the page for the rows; refuse if one of them is pinned."""
        chosen = [table.get_object_by_id(obj_id) for obj_id in obj_ids]
        pinned = [entry.point.label for entry in chosen if entry.pin]
        if pinned:
            messages.error(request, pinned_refusal(pinned))
            return shortcuts.redirect(self.get_success_url(request))
        keys = [
            entry.key
            for entry in chosen
            if table._filter_action(self, request, entry)
        ]
        if not keys:
            return super().handle(table, request, obj_ids)
        query = urlencode({'point': keys}, doseq=True)
        page = addresses.page('horizon:project:protection_points:delete')
        return shortcuts.redirect(f'{page}?{query}')


def pinned_refusal(names):
    """The sentence that refuses a deletion because of pinned points."""
    return gettext(
        "Nothing was deleted, because of pinned recovery points: %s. Unpin "
        "what you want to delete first."
    ) % ', '.join(names)


def resource_cell(entry):
    """The resource with a link to all its points, if its id is known."""
    if not entry.point.resource_id:
        return entry.resource
    return format_html(
        '{} <br><a class="small" href="{}">{}</a>',
        entry.resource,
        entry.points_address,
        gettext("All its points"),
    )


class RecoveryPointsTable(ui_tables.ServiceTable):
    STATUSES = (('available', True), ('error', False))

    taken = tables.Column(
        lambda entry: point_rows.taken_cell(entry.point),
        verbose_name=_("Taken"),
    )
    name = ui_tables.WrappingColumn(
        lambda entry: entry.point.label,
        verbose_name=_("Name"),
        link=lambda entry: entry.address,
    )
    resource = ui_tables.WrappingColumn(
        resource_cell, verbose_name=_("Resource")
    )
    type = tables.Column(
        lambda entry: cells.type_name(entry.point.resource_type),
        verbose_name=_("Type"),
    )
    method = tables.Column(
        lambda entry: gettext(plugins.protection(entry.protection).name),
        verbose_name=_("Method"),
    )
    size = tables.Column(
        lambda entry: cells.size_text(entry.point.size), verbose_name=_("Size")
    )
    made_by = ui_tables.WrappingColumn('origin', verbose_name=_("Made By"))
    state = tables.Column(
        'state',
        verbose_name=_("State"),
        status=True,
        status_choices=STATUSES,
        filters=(cells.state_label,),
    )
    pinned = tables.Column(
        lambda entry: cells.pin_label(entry.pin), verbose_name=_("Pinned")
    )

    def find(self, cloud, obj_id):
        point = find_point(cloud, obj_id)
        names, _errors = resource_names(cloud, [point])
        plans = plans_by_id(cloud)
        return point_rows.PointRow.from_point(
            point, names[point.resource_type], plans
        )

    def get_object_id(self, entry):
        return entry.key

    def get_object_display(self, entry):
        return entry.point.label

    def get_marker(self):
        return cursors.cursor_text(self.following)

    def get_prev_marker(self):
        return cursors.cursor_text(self.previous)

    class Meta:
        name = 'points'
        verbose_name = _("Recovery Points")
        status_columns = ['state']
        row_class = ui_tables.UpdatingRow
        row_actions = (
            RestorePoint,
            PinPoint,
            EditPinNote,
            UnpinPoint,
            DeletePoints,
        )
        table_actions = (DeletePoints,)
        no_data_message = _(
            "No recovery points yet. Every run of a plan makes one for each "
            "resource; Protect Now in the row of a resource makes one at once."
        )
