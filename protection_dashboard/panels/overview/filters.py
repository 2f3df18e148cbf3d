# SPDX-License-Identifier: Apache-2.0
"""How the lists of resources are filtered: by type and by name."""

from django import forms
from django.utils.translation import gettext_lazy as _

from protection_dashboard import plugins
from protection_dashboard.coverage import coverage
from protection_dashboard.protections import methods
from protection_dashboard.ui import cells
from protection_dashboard.ui import filters as ui_filters


def _kinds():
    """Of what counts: see coverage."""
    return [
        (slug, cells.kind(slug))
        for slug in plugins.protectables()
        if slug != coverage.WHOLE and methods.standalone(slug)
    ]


class Filters(ui_filters.Filters):
    type = ui_filters.ChoiceField(label=_("Type"), choices=_kinds)
    name = forms.CharField(label=_("Name contains"), required=False)


def of(covers, chosen):
    """Those of some Covers that are of the type and have the name."""
    slug, part = chosen.get('type'), chosen.get('name', '').lower()
    return [
        one
        for one in covers
        if slug in (None, one.resource.type) and part in one.name.lower()
    ]
