# SPDX-License-Identifier: Apache-2.0
"""Filters of the list of recovery points."""

import datetime

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from protection_dashboard import plugins
from protection_dashboard.protections import methods
from protection_dashboard.protections.base import Wanted
from protection_dashboard.ui import cells
from protection_dashboard.ui import filters as ui_filters

STATES = (
    ('available', _("Available")),
    ('pending', _("Under way")),
    ('error', _("Error")),
)
_MAX_DAYS = 36500


def _type_choices():
    """Types that have points of their own, not only inside other points."""
    return [
        (slug, gettext(kind.name))
        for slug, kind in plugins.protectables().items()
        if methods.standalone_protections(slug)
    ]


def _method_choices():
    found = plugins.protections().items()
    return [(slug, gettext(one.name)) for slug, one in found]


def _days_field(label):
    return forms.IntegerField(
        label=label, required=False, min_value=1, max_value=_MAX_DAYS
    )


class RecoveryPointFilters(ui_filters.FilterForm):
    type = ui_filters.FilterChoiceField(label=_("Type"), choices=_type_choices)
    resource = ui_filters.FilterSelectField(label=_("Resource"))
    method = ui_filters.FilterChoiceField(
        label=_("Method"), choices=_method_choices
    )
    plan = ui_filters.FilterIdField(label=_("Plan"))
    schedule = ui_filters.FilterIdField(label=_("Schedule"))
    state = ui_filters.FilterChoiceField(label=_("State"), choices=STATES)
    newer = _days_field(_("Newer Than (Days)"))
    older = _days_field(_("Older Than (Days)"))

    def __init__(self, data):
        super().__init__(data)
        if not data.get('type'):
            self.fields['resource'].empty = _("Any (choose a type)")
        if not data.get('plan'):
            self.fields['schedule'].empty = _("Any (choose a plan)")


def point_filter(chosen):
    """The chosen filters as a query of recovery points."""
    return Wanted(
        type=chosen.get('type', ''),
        resource=chosen.get('resource', ''),
        plan=chosen.get('plan', ''),
        schedule=chosen.get('schedule', ''),
        state=chosen.get('state', ''),
        since=_days_ago(chosen.get('newer')),
        until=_days_ago(chosen.get('older')),
    )


def _days_ago(days):
    return timezone.now() - datetime.timedelta(days=days) if days else None


def select_choices(chosen, plans, names):
    """``{field: choices}`` of the selects.

    Schedules are those of the chosen plan, resources those of the chosen
    type. ``plans`` are Plans by id, ``names`` are ``{id: name}`` of the
    resources of the chosen type; None if unknown.
    """
    plans, schedule_id = plans or {}, chosen.get('schedule')
    mine = [
        plan
        for plan in plans.values()
        if plan.id == chosen.get('plan')
        or schedule_id in [one.id for one in plan.schedules]
    ]
    return {
        'plan': [(plan.id, plan.name) for plan in plans.values()],
        'schedule': [
            (one.id, cells.schedule_text(one))
            for plan in mine
            for one in plan.schedules
        ],
        'resource': sorted(
            ((id_, name or id_) for id_, name in (names or {}).items()),
            key=lambda choice: choice[1].lower(),
        ),
    }
