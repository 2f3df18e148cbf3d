# SPDX-License-Identifier: Apache-2.0
"""The table of what is not protected, and what can be done about it."""

from django import http
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from horizon import tables

from protection_dashboard.ui import addresses
from protection_dashboard.ui import cells
from protection_dashboard.ui import memory_paging
from protection_dashboard.ui import request_user
from protection_dashboard.ui import tables as ui_tables
from protection_dashboard.ui.markup import format_html
from protection_dashboard.ui.markup import ngettext_lazy

PANEL = 'horizon:project:protection_overview:'


class Again(http.HttpResponseRedirect):
    """Leads to another address, with what was posted here.

    However many rows are ticked, no address becomes too long.
    """

    status_code = 307


class _Carry(tables.BatchAction):
    """Hands the rows that are ticked to a page of ours, which asks."""

    policy_rules = request_user.CHANGE
    preempt = True
    #: name of that page's address
    view = ''

    def handle(self, table, request, obj_ids):
        return Again(addresses.of(PANEL + self.view))


class ProtectSelected(_Carry):
    name = 'protect_rows'
    icon = 'shield'
    view = 'protect'

    @staticmethod
    def action_present(count):
        return ngettext_lazy("Protect selected", "Protect selected", count)

    action_past = action_present


class NotNeededSelected(_Carry):
    name = 'mark_rows'
    icon = 'eye-slash'
    view = 'mark'

    @staticmethod
    def action_present(count):
        return ngettext_lazy("Not needed...", "Not needed...", count)

    action_past = action_present


class Protect(tables.LinkAction):
    name = 'protect'
    verbose_name = _("Protect")
    icon = 'shield'
    policy_rules = request_user.CHANGE

    def get_link_url(self, cover):
        address = addresses.of('horizon:project:protection_plans:create')
        return f'{address}?{urlencode({"resource": cover.key})}'


class NotNeeded(tables.LinkAction):
    name = 'mark'
    verbose_name = _("Not needed...")
    icon = 'eye-slash'
    classes = ('ajax-modal',)
    policy_rules = request_user.CHANGE

    def get_link_url(self, cover):
        wanted = urlencode({'resource': cover.key})
        return f'{addresses.of(PANEL + "mark")}?{wanted}'


def name(cover):
    """The name, a link to the resource's own page where there is one."""
    resource = cover.resource
    address = addresses.of_resource(resource.type, resource.id)
    if not address:
        return resource.label
    return format_html('<a href="{}">{}</a>', address, resource.label)


def kind(cover):
    return cells.kind(cover.resource.type)


def size(cover):
    return cells.size(cover.resource.size)


def why(cover):
    """What is missing; a link to the plan that it is about, if any."""
    said = cover.why.text(gettext)
    if not cover.plan:
        return said
    address = addresses.of(
        'horizon:project:protection_plans:detail', cover.plan.id
    )
    return format_html('<a href="{}">{}</a>', address, said)


class Table(memory_paging.Table):
    name = ui_tables.TextColumn(name, verbose_name=_("Name"))
    kind = tables.Column(kind, verbose_name=_("Type"))
    size = tables.Column(size, verbose_name=_("Size"))
    why = ui_tables.TextColumn(why, verbose_name=_("Why"))

    def get_object_id(self, cover):
        return cover.key

    def get_object_display(self, cover):
        return cover.name

    class Meta:
        name = 'open'
        verbose_name = _("Not protected")
        row_actions = (Protect, NotNeeded)
        table_actions = (ProtectSelected, NotNeededSelected)
        no_data_message = _("Everything is protected.")
