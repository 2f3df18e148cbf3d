# SPDX-License-Identifier: Apache-2.0
"""What the list of recovery points is filtered by."""

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
_MOST_DAYS = 36500


def _types():
    """Those that there may be points of: some are never alone."""
    return [
        (slug, gettext(kind.name))
        for slug, kind in plugins.protectables().items()
        if methods.standalone(slug)
    ]


def _methods():
    found = plugins.protections().items()
    return [(slug, gettext(one.name)) for slug, one in found]


def _days(label):
    return forms.IntegerField(
        label=label, required=False, min_value=1, max_value=_MOST_DAYS
    )


class Filters(ui_filters.Filters):
    type = ui_filters.ChoiceField(label=_("Type"), choices=_types)
    resource = ui_filters.OfferField(label=_("Resource"))
    method = ui_filters.ChoiceField(label=_("Method"), choices=_methods)
    plan = ui_filters.IdField(label=_("Plan"))
    schedule = ui_filters.IdField(label=_("Schedule"))
    state = ui_filters.ChoiceField(label=_("State"), choices=STATES)
    newer = _days(_("Newer Than (Days)"))
    older = _days(_("Older Than (Days)"))

    def __init__(self, data):
        super().__init__(data)
        if not data.get('type'):
            self.fields['resource'].empty = _("Any (choose a type)")
        if not data.get('plan'):
            self.fields['schedule'].empty = _("Any (choose a plan)")


def wanted(chosen):
    """The Wanted of the filters that are chosen."""
    return Wanted(
        type=chosen.get('type', ''),
        resource=chosen.get('resource', ''),
        plan=chosen.get('plan', ''),
        schedule=chosen.get('schedule', ''),
        state=chosen.get('state', ''),
        since=_ago(chosen.get('newer')),
        until=_ago(chosen.get('older')),
    )


def _ago(days):
    return timezone.now() - datetime.timedelta(days=days) if days else None


def offers(chosen, plans, names):
    """Choices of the selects; resources and schedules once it is said whose.

    ``plans`` and ``names`` of the chosen type are by id, None if unknown.
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
            (one.id, cells.in_words(one))
            for plan in mine
            for one in plan.schedules
        ],
        'resource': sorted(
            ((id_, name or id_) for id_, name in (names or {}).items()),
            key=lambda choice: choice[1].lower(),
        ),
    }
