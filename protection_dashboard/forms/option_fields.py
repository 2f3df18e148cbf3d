# SPDX-License-Identifier: Apache-2.0
"""The part of a form that asks for the options of a protection."""

from collections.abc import Mapping
from typing import TYPE_CHECKING
from typing import Any

from django import forms
from django.utils.html import escape
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from protection_dashboard.forms import fieldset_layout
from protection_dashboard.forms import schema_form
from protection_dashboard.protections.base import Protection
from protection_dashboard.protections.methods import Method
from protection_dashboard.schemas.choices import FormChoices

# what the mixins are mixed into
if TYPE_CHECKING:
    from django.forms import Form as _Form
else:
    _Form = object


class OptionsMixin(_Form):
    """Fields made from a JSON Schema, and the object of their values."""

    @property
    def parts(self) -> list[fieldset_layout.FormPart]:
        """The fields as :func:`fieldset_layout.form_parts` arranges them."""
        return fieldset_layout.form_parts(self)

    def add_options(
        self, options_schema: dict[str, Any], **kwargs: Any
    ) -> set[str]:
        """Add the fields of a schema, see :func:`schema_form.form_fields`."""
        made = schema_form.form_fields(options_schema, **kwargs)
        for field in made.values():
            # Horizon's template renders it as HTML
            field.help_text = escape(field.help_text)
        self.fields.update(made)
        return set(made)

    def checked_options(
        self,
        options_schema: dict[str, Any],
        data: dict[str, Any],
        prefix: str = '',
    ) -> dict[str, Any]:
        """The options of the cleaned fields; adds errors to the form."""
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

    def add_methods(
        self,
        methods: list[Method],
        initial: Mapping[str, dict[str, Any]],
        offers: FormChoices,
    ) -> None:
        """Add the select of methods, and the options of each usable Method.

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

    def _add_select(self, usable: list[Protection]) -> None:
        self.fields[self.METHOD] = forms.ChoiceField(
            label=_("Method"),
            choices=[(p.slug, gettext(p.name)) for p in usable],
        )
        # which fields are required depends on the select: checked here
        self.use_required_attribute = False

    def _prefix(self, protection: Protection, *, first: bool) -> str:
        names = protection.options_schema.get('properties', ())
        own = {self.METHOD, *self.base_fields}
        return '' if first and own.isdisjoint(names) else f'{protection.slug}.'

    @property
    def only_protection(self) -> Protection | None:
        """The protection, if there is only one to choose."""
        found = list(self.protections.values())
        return found[0] if len(found) == 1 else None

    def _fieldset(self, slug: str) -> schema_form.FieldGroup:
        when = self.add_prefix(self.METHOD)
        return schema_form.FieldGroup(slug, when=when, values=(slug,))

    @property
    def method_fields(self) -> list[str]:
        """Names of the select and of all options, in their order."""
        names = set().union(*self._names.values()) | {self.METHOD}
        return [name for name in self.fields if name in names]

    def checked_method(
        self, data: dict[str, Any]
    ) -> tuple[Protection | None, dict[str, Any]]:
        """The chosen ``(protection, options)``; adds errors to the form."""
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

    def _chosen(self, data: dict[str, Any]) -> str | None:
        if not self.only_protection:
            return data.get(self.METHOD)
        # the chosen one may have become unavailable meanwhile
        sent = self.data.get(
            self.add_prefix(self.METHOD), self.only_protection.slug
        )
        if sent != self.only_protection.slug:
            self.add_error(None, gettext("Only this method can be used now."))
        return self.only_protection.slug
