# SPDX-License-Identifier: Apache-2.0
"""The method and options with which a plan protects the resources of a type.

They apply to many resources: a name, or a required description, may be left
empty and then contains the name of the plan.
"""

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext

from protection_dashboard import plugins
from protection_dashboard.forms.option_fields import MethodsMixin
from protection_dashboard.protections import methods
from protection_dashboard.ui import cells

DESCRIPTION = 'description'
_METHOD_KEYS = ('protection', 'options')


class TypeOptionsForm(MethodsMixin, forms.Form):
    """Method and options of a type.

    ``stored`` is the plan's MethodDocument or None. A method that cannot be
    used in this cloud stays as it is: then ``kept`` is true and there are no
    fields.
    """

    use_required_attribute = False
    plan_name = ''

    def __init__(self, slug, ways, *, stored, resources, offers, **kwargs):
        super().__init__(prefix=f'options-{slug}', **kwargs)
        self.slug, self.stored = slug, stored
        self.known = {way.protection.slug for way in ways if not way.reason}
        self.kept = bool(stored) and stored['protection'] not in self.known
        initial = {
            way.protection.slug: _common_defaults(way.protection, resources)
            for way in ways
        }
        if stored:
            initial[stored['protection']] = stored['options']
        self.add_methods([] if self.kept else ways, initial, offers)
        if stored and self.METHOD in self.fields:
            self.fields[self.METHOD].initial = stored['protection']
        for protection in self.protections.values():
            self._relax(protection)

    def _relax(self, protection):
        """Make fields optional that the plan's name can fill."""
        for option in (protection.name_option, DESCRIPTION):
            name = self._prefixes[protection.slug] + option
            if name in self.fields:
                field = self.fields[name]
                if option == protection.name_option or field.required:
                    shown = gettext("The plan's name, unless you say so")
                    field.widget.attrs['placeholder'] = shown
                field.required = False

    @property
    def title(self):
        return cells.type_name(self.slug)

    @cached_property
    def no_method_reason(self):
        """Why no method can protect this type in this cloud, or ''."""
        if self.kept or self.protections:
            return ''
        reasons = [
            f'{gettext(m.protection.name)}: {m.reason}' for m in self.unusable
        ]
        nothing = gettext("Nothing that is installed here can protect it.")
        return ' '.join(reasons) or nothing

    def document_method(self, plan_name):
        """The MethodDocument of the type; None if there are errors."""
        if self.kept:
            return self.stored
        self.plan_name = plan_name
        return self.cleaned_data['chosen'] if self.is_valid() else None

    def clean(self):
        data = self._named(super().clean(), self.plan_name)
        if self.no_method_reason:
            self.add_error(None, self.no_method_reason)
        protection, options = self.checked_method(data)
        if protection and not self.errors:
            kept = self._unshown(protection)
            data['chosen'] = {
                'protection': protection.slug,
                'options': {**kept, **options},
            }
        return data

    def _named(self, data, plan_name):
        """The options, with the plan's name where a name was left empty."""
        answers = dict(data)
        for protection in self.protections.values():
            prefix = self._prefixes[protection.slug]
            schema = protection.options_schema
            name = prefix + protection.name_option
            if name in self.fields and not answers.get(name):
                answers[name] = plan_name[: protection.longest_name]
            name = prefix + DESCRIPTION
            required = DESCRIPTION in schema.get('required', ())
            if required and name in self.fields and not answers.get(name):
                answers[name] = gettext("Made by plan %s") % plan_name
        return answers

    def _unshown(self, protection):
        """Stored options that the schema does not know, to be kept."""
        stored = self.stored or {'protection': '', 'options': {}}
        if stored['protection'] != protection.slug:
            return {}
        shown = protection.options_schema.get('properties', {})
        options = stored['options'].items()
        return {name: value for name, value in options if name not in shown}

    def problem_lines(self):
        """A line for each field with an error."""
        for name, errors in self.errors.items():
            field = self.fields.get(name)
            label = f'{field.label}: ' if field else ''
            yield f'{self.title}: {label}{errors[0]}'


def _common_defaults(protection, resources):
    """Initial options for many resources: what all defaults have in common.

    A checkbox is ticked if it is in any of them.
    """
    found = [protection.defaults(one) for one in resources]
    named = {protection.name_option, DESCRIPTION}
    shared = {}
    for name in {name for each in found for name in each} - named:
        values = [each.get(name) for each in found]
        if all(isinstance(value, bool) for value in values):
            shared[name] = any(values)
        elif all(value == values[0] for value in values):
            shared[name] = values[0]
    return shared


def type_methods(cloud, slug, limits):
    """The Methods of a type, checked against the service catalog."""
    return [
        methods.Method(p, _unavailable_reason(cloud, p, limits))
        for p in methods.standalone_protections(slug)
    ]


def _unavailable_reason(cloud, protection, limits):
    if not limits.allows(protection.slug):
        return gettext("It is not allowed here.")
    return plugins.missing_service_reason(
        cloud, protection.service_type, protection.service
    )


def common_own_methods(document):
    """``{type: method}``: own methods that all resources of a type share.

    If a document has no method for the type itself, the form shows this one
    as the method of the type.
    """
    found = {}
    types = {entry['type'] for entry in document['resources']}
    for slug in types - document.get('methods', {}).keys():
        each = [e for e in document['resources'] if e['type'] == slug]
        first = _own_method(each[0])
        if first and all(_own_method(entry) == first for entry in each):
            found[slug] = first
    return found


def shown_methods(document):
    """``{type: method}`` of a document as its form shows them."""
    return {**document.get('methods', {}), **common_own_methods(document)}


def without_common_method(entry, methods):
    """The entry, without its own method if that equals its type's."""
    if _own_method(entry) != methods.get(entry['type']):
        return entry
    return {k: v for k, v in entry.items() if k not in _METHOD_KEYS}


def types_without_own_method(document):
    """Types with entries or rules that use the method of their type."""
    found = [e for e in document['resources'] if 'protection' not in e]
    found += document.get('selectors', [])
    return {one['type'] for one in found}


def _own_method(entry):
    return (
        {p: entry[p] for p in _METHOD_KEYS} if 'protection' in entry else None
    )
