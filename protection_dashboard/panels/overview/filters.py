# SPDX-License-Identifier: Apache-2.0
"""The filters of lists of resources: by type and by name."""

from django import forms
from django.utils.translation import gettext_lazy as _

from protection_dashboard import plugins
from protection_dashboard.coverage import coverage
from protection_dashboard.protections import methods
from protection_dashboard.ui import cells
from protection_dashboard.ui import filters as ui_filters


def _type_choices():
    """The types that coverage counts."""
    return [
        (slug, cells.type_name(slug))
        for slug in plugins.protectables()
        if slug != coverage.PROJECT and methods.standalone_protections(slug)
    ]


class ResourceFilters(ui_filters.FilterForm):
    type = ui_filters.FilterChoiceField(label=_("Type"), choices=_type_choices)
    name = forms.CharField(label=_("Name contains"), required=False)


def matching_resources(covers, chosen):
    """The rows (with ``resource`` and ``name``) that match the filters."""
    slug, part = chosen.get('type'), chosen.get('name', '').lower()
    return [
        one
        for one in covers
        if slug in (None, one.resource.type) and part in one.name.lower()
    ]
