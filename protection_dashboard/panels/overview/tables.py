# SPDX-License-Identifier: Apache-2.0
"""The table of unprotected resources, and its actions."""

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


class RedirectWithPost(http.HttpResponseRedirect):
    """Redirects to another URL with what was posted here (307).

    So no URL becomes too long, however many rows are selected.
    """

    status_code = 307


class _PostToPage(tables.BatchAction):
    """Posts the selected rows to a page that asks for confirmation."""

    policy_rules = request_user.CHANGE_RULES
    preempt = True
    #: name of the page's URL
    view = ''

    def handle(self, table, request, obj_ids):
        return RedirectWithPost(addresses.page(PANEL + self.view))


class ProtectSelected(_PostToPage):
    name = 'protect_rows'
    icon = 'shield'
    view = 'protect'

    @staticmethod
    def action_present(count):
        return ngettext_lazy("Protect selected", "Protect selected", count)

    action_past = action_present


class ExemptSelected(_PostToPage):
    name = 'mark_rows'
    icon = 'eye-slash'
    view = 'mark'

    @staticmethod
    def action_present(count):
        return ngettext_lazy("Not needed...", "Not needed...", count)

    action_past = action_present


class ProtectResource(tables.LinkAction):
    name = 'protect'
    verbose_name = _("Protect")
    icon = 'shield'
    policy_rules = request_user.CHANGE_RULES

    def get_link_url(self, cover):
        address = addresses.page('horizon:project:protection_plans:create')
        return f'{address}?{urlencode({"resource": cover.key})}'


class ExemptResource(tables.LinkAction):
    name = 'mark'
    verbose_name = _("Not needed...")
    icon = 'eye-slash'
    classes = ('ajax-modal',)
    policy_rules = request_user.CHANGE_RULES

    def get_link_url(self, cover):
        wanted = urlencode({'resource': cover.key})
        return f'{addresses.page(PANEL + "mark")}?{wanted}'


def name_cell(cover):
    """The name, linked to the resource's own page if there is one."""
    resource = cover.resource
    address = addresses.resource_page(resource.type, resource.id)
    if not address:
        return resource.label
    return format_html('<a href="{}">{}</a>', address, resource.label)


def type_cell(cover):
    return cells.type_name(cover.resource.type)


def size_cell(cover):
    return cells.size_text(cover.resource.size)


def reason_cell(cover):
    """Why it is not protected, linked to the plan that should, if any."""
    reason = cover.reason.text(gettext)
    if not cover.plan:
        return reason
    address = addresses.page(
        'horizon:project:protection_plans:detail', cover.plan.id
    )
    return format_html('<a href="{}">{}</a>', address, reason)


class UnprotectedTable(memory_paging.InMemoryTable):
    name = ui_tables.WrappingColumn(name_cell, verbose_name=_("Name"))
    kind = tables.Column(type_cell, verbose_name=_("Type"))
    size = tables.Column(size_cell, verbose_name=_("Size"))
    why = ui_tables.WrappingColumn(reason_cell, verbose_name=_("Why"))

    def get_object_id(self, cover):
        return cover.key

    def get_object_display(self, cover):
        return cover.name

    class Meta:
        name = 'open'
        verbose_name = _("Not protected")
        row_actions = (ProtectResource, ExemptResource)
        table_actions = (ProtectSelected, ExemptSelected)
        no_data_message = _("Everything is protected.")
