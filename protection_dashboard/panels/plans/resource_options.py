# SPDX-License-Identifier: Apache-2.0
"""The form for own options of a resource in a plan."""

from django import forms
from django import urls
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from horizon import messages

from protection_dashboard import exceptions
from protection_dashboard import plugins
from protection_dashboard.common import concurrency
from protection_dashboard.common.references import ResourceRef
from protection_dashboard.forms import schema_form
from protection_dashboard.forms.option_fields import MethodsMixin
from protection_dashboard.plans import service as plan_service
from protection_dashboard.protectables.base import Resource
from protection_dashboard.protections import methods
from protection_dashboard.protections import pickers
from protection_dashboard.schemas.choices import FormChoices
from protection_dashboard.ui import cells
from protection_dashboard.ui import signed_state
from protection_dashboard.ui import views as ui_views

OWN, SHARED = 'own', 'shared'
_PURPOSE = 'options'
_ONLY_OWN = schema_form.FieldGroup(OWN, when='which', values=(OWN,))


class ResourceOptionsForm(MethodsMixin, ui_views.ServiceForm):
    """Options of its own for a resource, or those of its type.

    ``entry`` is the resource in the plan as the form was opened.
    """

    opened = forms.CharField(widget=forms.HiddenInput)
    which = forms.ChoiceField(label=_("Options"))

    def __init__(self, request, *, plan, entry, ways, offers, seal, **kwargs):
        super().__init__(request, **kwargs)
        self.plan, self.entry = plan, entry
        self.fields['opened'].initial = seal
        shared = plan.document.get('methods', {}).get(entry['type'])
        self.fields['which'].choices = _method_choices(entry, shared)
        own = 'protection' in entry or not shared
        self.fields['which'].initial = OWN if own else SHARED
        stored = {**(shared or {}), **entry}
        usable = {way.protection.slug for way in ways if not way.reason}
        initial = {
            way.protection.slug: _default_options(way, entry) for way in ways
        }
        initial[stored['protection']] = stored['options']
        self.add_methods(ways, initial, offers)
        for name in self.method_fields:
            if not _group(self.fields[name]):
                self.fields[name].group = _ONLY_OWN
        if stored['protection'] in usable and self.METHOD in self.fields:
            self.fields[self.METHOD].initial = stored['protection']

    def _fieldset(self, slug):
        group = schema_form.FieldGroup(OWN, when='which', values=(OWN,))
        if len(self.protections) < 2:
            return group
        inner = super()._fieldset(slug)
        return schema_form.FieldGroup(
            inner.name, when=inner.when, values=inner.values, parent=group
        )

    def clean(self):
        data = super().clean()
        if data.get('which') != OWN:
            for name in self.errors.keys() - {'which', 'opened'}:
                del self.errors[name]
            return data
        protection, options = self.checked_method(data)
        if protection and not self.errors:
            data['chosen'] = {
                'protection': protection.slug,
                'options': options,
            }
        return data

    def act(self, cloud, data):
        facts = {k: self.entry[k] for k in ('type', 'id', 'name')}
        changed = {**facts, **data.get('chosen', {})}

        def change(plan):
            stored = plan.document['resources']
            if self.entry not in stored:
                raise exceptions.Refused(
                    "Somebody else has changed the options of this resource "
                    "meanwhile: open the form again."
                )
            new = [changed if one == self.entry else one for one in stored]
            return {'resources': new}

        saved = plan_service.plan_change(cloud, self.plan.id, change)
        text = gettext("Saved: options of %s") % facts['name']
        messages.success(self.request, text)
        return saved


def _group(field):
    return getattr(field, 'group', None)


def _method_choices(entry, shared):
    own = (OWN, gettext("Of its own"))
    if not shared:
        return [own]
    same = gettext("As all of the type %s in this plan")
    return [(SHARED, same % cells.type_name(entry['type'])), own]


def _default_options(way, entry):
    """Initial options, from what the plan knows of the resource."""
    resource = Resource(entry['id'], entry['type'], entry['name'], '', '')
    return way.protection.defaults(resource)


class ResourceOptionsView(ui_views.FormView):
    form_class = ResourceOptionsForm
    page_title = _("Options")
    submit_label = _("Save")

    @cached_property
    def plan(self):
        return plan_service.plan_get(self.cloud, str(self.kwargs['plan_id']))

    @cached_property
    def entry(self):
        """The resource in the plan; a form that was sent carries it."""
        project = self.cloud.project_id
        if self.request.method != 'GET':
            sent = self.request.POST.get('opened', '')
            return signed_state.verified(sent, project, _PURPOSE)
        wanted = ResourceRef.of_result(self.kwargs)
        for entry in self.plan.document['resources']:
            if ResourceRef.of_entry(entry) == wanted:
                return entry
        raise exceptions.NotFound(
            "The plan does not name this resource: only a resource that is "
            "ticked in it can have options of its own."
        )

    @cached_property
    def found(self):
        """Its methods and their choices, fetched side by side."""
        found, _errors = concurrency.gather(
            {'ways': self._ways, 'lists': self._lists}
        )
        offers = FormChoices(pickers=found['lists'], blank=gettext("(none)"))
        return {'ways': found['ways'], 'offers': offers}

    def _ways(self):
        slug, resource_id = self.kwargs['type'], self.kwargs['resource_id']
        try:
            resource = plugins.protectable(slug).show(self.cloud, resource_id)
        except (exceptions.NotFound, exceptions.Unavailable):
            # a resource may be gone or its service down: the plan is not
            return [
                methods.Method(p) for p in plugins.protections_for_type(slug)
            ]
        return methods.methods_for(self.cloud, resource)

    def _lists(self):
        slug = self.kwargs['type']
        names = [
            schema_form.picker_names(p.options_schema)
            for p in plugins.protections_for_type(slug)
        ]
        return pickers.choices_by_picker(self.cloud, set().union(*names))

    def get_form_kwargs(self):
        project = self.cloud.project_id
        return {
            **super().get_form_kwargs(),
            **self.found,
            'plan': self.plan,
            'entry': self.entry,
            'seal': signed_state.sign(self.entry, project, _PURPOSE),
        }

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        title = gettext("Options of %s") % self.entry['name']
        return {**context, 'page_title': title}

    @property
    def success_url(self):
        return urls.reverse(
            'horizon:project:protection_plans:detail',
            args=(self.kwargs['plan_id'],),
        )
