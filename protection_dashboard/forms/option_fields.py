# SPDX-License-Identifier: Apache-2.0
"""The part of a form that asks for the options of a protection."""

from django import forms
from django.utils.html import escape
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from protection_dashboard.forms import fieldset_layout
from protection_dashboard.forms import schema_form


class OptionsMixin:
    """Fields made from a JSON Schema, and the value they stand for."""

    @property
    def parts(self):
        """What a page shows, as :func:`fieldset_layout.of` gives it."""
        return fieldset_layout.form_parts(self)

    def add_options(self, options_schema, **kwargs):
        """Add the fields of a schema, see :func:`schema.fields`."""
        made = schema_form.form_fields(options_schema, **kwargs)
        for field in made.values():
            # Horizon's template takes it for HTML
            field.help_text = escape(field.help_text)
        self.fields.update(made)
        return set(made)

    def checked_options(self, options_schema, data, prefix=''):
        """The options that the fields hold; adds what is wrong as errors."""
        if self.errors:
            return {}
        options = schema_form.object_value(options_schema, data, prefix)
        for path, message in schema_form.validation_problems(
            options_schema, options
        ):
            name = prefix + path
            self.add_error(name if name in self.fields else None, message)
        return options


class MethodsMixin(OptionsMixin):
    """The options of one of several protections, chosen by a select.

    The fields of the first that is installed have the options' own names,
    those of the others are named 'method.option': no two have one name, and
    no name depends on which of the methods can be used just now.
    """

    METHOD = 'method'

    def add_methods(self, methods, initial, offers):
        """Fields of the :class:`methods.Method` that can be used.

        ``initial`` is ``{slug: options}`` to start with.
        """
        self.unusable = [method for method in methods if method.reason]
        usable = [m.protection for m in methods if not m.reason]
        self.protections = {p.slug: p for p in usable}
        self._names, self._prefixes = {}, {}
        if len(usable) > 1:
            self._add_select(usable)
        for protection in usable:
            slug = protection.slug
            first = protection is methods[0].protection
            self._prefixes[slug] = self._prefix(protection, first=first)
            self._names[slug] = self.add_options(
                protection.options_schema,
                prefix=self._prefixes[slug],
                initial=initial.get(slug),
                offers=offers,
                group=self._fieldset(slug) if len(usable) > 1 else None,
            )

    def _add_select(self, usable):
        self.fields[self.METHOD] = forms.ChoiceField(
            label=_("Method"),
            choices=[(p.slug, gettext(p.name)) for p in usable],
        )
        # a browser cannot know which fields are asked for
        self.use_required_attribute = False

    def _prefix(self, protection, *, first):
        names = protection.options_schema.get('properties', ())
        own = {self.METHOD, *self.base_fields}
        return '' if first and own.isdisjoint(names) else f'{protection.slug}.'

    @property
    def only_protection(self):
        """The protection, when there is just one to choose."""
        found = list(self.protections.values())
        return found[0] if len(found) == 1 else None

    def _fieldset(self, slug):
        when = self.add_prefix(self.METHOD)
        return schema_form.FieldGroup(slug, when=when, values=(slug,))

    @property
    def method_fields(self):
        """Names of the select and of all options, in their order."""
        names = set().union(*self._names.values()) | {self.METHOD}
        return [name for name in self.fields if name in names]

    def checked_method(self, data):
        """The protection that was chosen, and its options; adds errors."""
        slug = self._chosen(data)
        for other in self._names.keys() - {slug}:
            for name in self._names[other] & self.errors.keys():
                del self.errors[name]
        if slug is None:
            return None, {}
        protection = self.protections[slug]
        options = self.checked_options(
            protection.options_schema, data, self._prefixes[slug]
        )
        return protection, options

    def _chosen(self, data):
        if not self.only_protection:
            return data.get(self.METHOD)
        # the one that was chosen may have become impossible meanwhile
        sent = self.data.get(
            self.add_prefix(self.METHOD), self.only_protection.slug
        )
        if sent != self.only_protection.slug:
            self.add_error(None, gettext("Only this method can be used now."))
        return self.only_protection.slug
