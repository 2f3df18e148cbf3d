# SPDX-License-Identifier: Apache-2.0
"""The part of a form that asks for a retention: presets, or own numbers.

A page shows it by ``{% include 'protection/forms/_retention.html' %}``, where
``form`` is the form; without a script the numbers are always there.
"""

from collections.abc import Mapping
import dataclasses

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from protection_dashboard.forms import schema_form
from protection_dashboard.plans import schema as plan_schema
from protection_dashboard.retention import rules as retention_rules
from protection_dashboard.ui import request_user

AS_PLAN = 'plan'
EVERYTHING = 'everything'
CUSTOM = 'custom'
NUMBERS = {rule: f'keep_{rule}' for rule in plan_schema.RETENTION_RULES}
LABELS = {
    'last': _("Last points"),
    'days': _("Days"),
    'hourly': _("Hourly"),
    'daily': _("Daily"),
    'weekly': _("Weekly"),
    'monthly': _("Monthly"),
    'yearly': _("Yearly"),
}


@dataclasses.dataclass(frozen=True)
class RetentionGroup(schema_form.FieldGroup):
    """The fieldset of these fields in a form."""

    template = 'protection/forms/_retention.html'


def _number_field(rule: str) -> forms.IntegerField:
    return forms.IntegerField(
        label=LABELS[rule],
        required=False,
        min_value=1,
        max_value=100_000,
        widget=forms.NumberInput(attrs={'autocomplete': 'off'}),
    )


class RetentionMixin(forms.Form):
    """Asks for a preset of the operator, everything, or own numbers.

    A retention is a plan's ``retention``, ``{rule: number}``; ``{}`` keeps
    everything.
    """

    retention = forms.ChoiceField(label=_("Keep"), widget=forms.RadioSelect)
    keep_last = _number_field('last')
    keep_days = _number_field('days')
    keep_hourly = _number_field('hourly')
    keep_daily = _number_field('daily')
    keep_weekly = _number_field('weekly')
    keep_monthly = _number_field('monthly')
    keep_yearly = _number_field('yearly')

    def prepare_retention(self, initial=None, plan=None):
        """Fill the choices; without ``initial`` the default is chosen.

        With ``plan``, the retention of a schedule's plan, one more tile says
        "as the plan": it is chosen without initial.
        """
        limits = request_user.operator_limits()
        first = limits.default_retention if initial is None else initial
        self.fields['retention'].choices = _tile_choices(limits, plan)
        start = AS_PLAN if initial is None and plan is not None else first
        self.fields['retention'].initial = self._tile(start)
        for rule, name in NUMBERS.items():
            self.fields[name].initial = first.get(rule)
        group = RetentionGroup('retention')
        for name in RetentionMixin.base_fields:
            self.fields[name].group = group

    def _tile(self, wanted):
        """The value of the tile that stands for a retention."""
        if wanted == AS_PLAN:
            return AS_PLAN
        known = {value for value, _label in self.fields['retention'].choices}
        value = _tile_value(wanted)
        return value if value in known or not wanted else CUSTOM

    @property
    def retention_numbers(self):
        """The bound fields of the numbers, for the template."""
        return [self[name] for name in NUMBERS.values()]

    @property
    def retention_note(self):
        """What the operator allows, in a sentence."""
        text = gettext("At most %d recovery points of each resource.")
        return text % request_user.operator_limits().max_points

    def checked_retention(self, data):
        """The retention that was chosen; None for "as the plan".

        Adds errors to the form; with errors the result is meaningless.
        """
        chosen = data.get('retention')
        if chosen == AS_PLAN:
            found = None
        elif chosen in (None, EVERYTHING):
            found = {}
        elif chosen == CUSTOM:
            return self._custom(data)
        else:
            found = _parse_tile_value(chosen)
        for name in self.errors.keys() & NUMBERS.values():
            del self.errors[name]
        return found

    def _custom(self, data):
        given = {rule: data.get(name) for rule, name in NUMBERS.items()}
        found = {rule: number for rule, number in given.items() if number}
        if not found and not self.errors.keys() & NUMBERS.values():
            text = gettext("Give at least one number of what to keep.")
            self.add_error('retention', text)
        return found


def retention_text(retention: Mapping[str, int] | None) -> str:
    """A retention in words, such as "7 daily, 4 weekly"."""
    return (
        retention_rules.Retention.from_document(retention)
        .words()
        .text(gettext)
    )


def _tile_choices(limits, plan):
    if plan is not None:
        said = gettext("As the plan (%s)") % retention_text(plan)
        yield AS_PLAN, said
    for label, preset in limits.presets:
        yield _tile_value(preset), gettext(label)
    if limits.keep_everything:
        yield EVERYTHING, gettext("Keep everything")
    yield CUSTOM, gettext("Custom")


def _tile_value(retention):
    """A retention as the value of its tile, such as 'daily=7'."""
    parts = [
        f'{rule}={retention[rule]}'
        for rule in plan_schema.RETENTION_RULES
        if rule in retention
    ]
    return ','.join(parts) or EVERYTHING


def _parse_tile_value(value):
    pairs = (pair.split('=') for pair in value.split(','))
    return {rule: int(number) for rule, number in pairs}
