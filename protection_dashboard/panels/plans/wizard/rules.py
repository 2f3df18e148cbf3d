# SPDX-License-Identifier: Apache-2.0
"""The rows of a plan's form with rules by name and metadata."""

import csv
import re

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from protection_dashboard.plans import schema as plan_schema
from protection_dashboard.ui import cells

INCLUDE, EXCLUDE = 'include', 'exclude'
#: types whose services store no metadata of a resource
WITHOUT_METADATA = ('database', 'network', 'project')
_MAX_LENGTH = 255


class MetadataField(forms.CharField):
    """``key=value`` pairs, separated and quoted as in CSV; cleaned, a dict."""

    def prepare_value(self, value):
        return metadata_text(value) if isinstance(value, dict) else value

    def to_python(self, value):
        text = ' '.join(super().to_python(value).splitlines())
        (pairs,) = csv.reader([text], skipinitialspace=True) if text else [[]]
        found = {}
        for pair in pairs:
            name, equals, wanted = pair.partition('=')
            if not (equals and name.strip()):
                raise forms.ValidationError(gettext("Write key=value."))
            found[name.strip()] = wanted
        if any(len(text) > _MAX_LENGTH for text in found.values()):
            raise forms.ValidationError(gettext("A value is too long."))
        return found

    def has_changed(self, initial, data):
        return metadata_text(initial or {}) != (data or '')


def metadata_text(metadata):
    """Metadata as the field shows it: 'tier=gold, "note=a, b"'."""
    pairs = [f'{name}={value}' for name, value in metadata.items()]
    return ', '.join(map(_quoted, pairs))


def _quoted(pair):
    if any(sign in pair for sign in ',"') or pair != pair.strip():
        return '"' + pair.replace('"', '""') + '"'
    return pair


class RuleForm(forms.Form):
    """A rule: select or exclude resources by type, name and metadata."""

    use_required_attribute = False
    mode = forms.ChoiceField(
        label=_("Include or exclude"),
        choices=((INCLUDE, _("Include")), (EXCLUDE, _("Exclude"))),
        initial=INCLUDE,
    )
    type = forms.ChoiceField(label=_("Type"))
    name = forms.CharField(
        label=_("Name pattern"),
        required=False,
        max_length=plan_schema.MAX_NAME_LENGTH,
        widget=forms.TextInput(attrs={'placeholder': 'web-*'}),
    )
    metadata = MetadataField(
        label=_("Metadata"),
        required=False,
        widget=forms.TextInput(attrs={'placeholder': 'tier=gold'}),
    )

    def __init__(self, *args, slugs, **kwargs):
        super().__init__(*args, **kwargs)
        wanted = self.initial.get('type')
        offered = [*slugs, *({wanted} - {None, *slugs})]
        self.fields['type'].choices = [
            ('', gettext("(choose)")),
            *((slug, cells.type_name(slug)) for slug in offered),
        ]

    def clean(self):
        data = super().clean()
        if data.get('metadata') and data.get('type') in WITHOUT_METADATA:
            text = gettext("%s: there is no metadata, use the name.")
            self.add_error('metadata', text % cells.type_name(data['type']))
        return data

    def selector(self):
        """The rule as a plan document holds it."""
        values = ((name, self.cleaned_data[name]) for name in _PARTS)
        return {name: value for name, value in values if value}


_PARTS = ('type', 'name', 'metadata')


class BaseRuleFormSet(forms.BaseFormSet):
    """All rows; empty ones are ignored."""

    def rules_of_mode(self, mode):
        """The rules of one mode, without rows that have errors."""
        return [
            row.selector()
            for row in self.forms
            if self._counts(row) and row.cleaned_data['mode'] == mode
        ]

    def _counts(self, row):
        return (
            row.is_valid()
            and row.has_changed()
            and not row.cleaned_data.get('DELETE')
            and row.cleaned_data.get('type')
        )

    def problem_lines(self):
        """The errors, a line for each row."""
        for number, row in enumerate(self.forms, 1):
            errors = row.errors
            if self._should_delete_form(row):
                continue
            for name, sentences in errors.items():
                label = row.fields[name].label if name in row.fields else ''
                error = sentences[0]
                values = {'number': number, 'label': label, 'error': error}
                yield gettext("Rule %(number)s: %(label)s: %(error)s") % values


RuleFormSet = forms.formset_factory(
    RuleForm, formset=BaseRuleFormSet, extra=1, can_delete=True, max_num=50
)
PREFIX = 'selectors'


def sent_types(data):
    """The types that the rows of a submitted form name."""
    pattern = re.compile(rf'{PREFIX}-[0-9]+-type')
    return {data[name] for name in data if pattern.fullmatch(name)}


def rule_formset(slugs, *, data=None, document=None):
    """The formset, from the ``data`` of a sent form or from a document."""
    document = document or {}
    initial = [
        {'mode': INCLUDE, **one} for one in document.get('selectors', [])
    ] + [
        {'mode': EXCLUDE, **one}
        for one in document.get('exclusions', [])
        if 'id' not in one
    ]
    return RuleFormSet(
        data,
        prefix=PREFIX,
        initial=None if data is not None else initial,
        form_kwargs={'slugs': slugs},
    )
