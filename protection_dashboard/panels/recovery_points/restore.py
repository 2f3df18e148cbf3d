# SPDX-License-Identifier: Apache-2.0
"""The restore wizard: what, options, review; then the execution's page."""

import dataclasses
import datetime
import functools
import json

from django import forms
from django import urls
from django.utils.functional import cached_property
from django.utils.html import escape
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from horizon import workflows

from protection_dashboard import exceptions
from protection_dashboard import plugins
from protection_dashboard.common import concurrency
from protection_dashboard.executions import service as execution_service
from protection_dashboard.forms import choice_fields
from protection_dashboard.forms import schema_form
from protection_dashboard.forms.option_fields import OptionsMixin
from protection_dashboard.plans import selection
from protection_dashboard.plans import service as plan_service
from protection_dashboard.protectables.base import Resource
from protection_dashboard.protections import pickers
from protection_dashboard.protections.base import Protection
from protection_dashboard.protections.base import RecoveryPoint
from protection_dashboard.schemas.choices import Choices
from protection_dashboard.schemas.choices import FormChoices
from protection_dashboard.ui import addresses
from protection_dashboard.ui import cells
from protection_dashboard.ui import request_user
from protection_dashboard.ui import views as ui_views

NAME_OPTION = 'restore_name'
#: the field in which the user types what is replaced; no option has this name
CONFIRMATION = '.confirmation'


class _FactsAction(workflows.Action):
    """A step without fields: the template of its help text shows facts."""

    def get_help_text(self, extra_context=None):
        return super().get_help_text(
            {**(extra_context or {}), **self.initial['facts'].template_context}
        )


class PointAction(_FactsAction):
    class Meta:
        name = _("Recovery Point")
        slug = 'what'
        help_text_template = 'protection/recovery_points/restore/_what.html'


class PointStep(workflows.Step):
    action_class = PointAction
    depends_on = ('facts',)
    template_name = 'protection/recovery_points/restore/_step.html'


class OptionsAction(OptionsMixin, workflows.Action):
    class Meta:
        name = _("Options")
        slug = 'options'

    def __init__(self, request, context, *args, **kwargs):
        super().__init__(request, context, *args, **kwargs)
        self.facts = context['facts']
        self.schema = self.facts.protection.restore_schema
        self.add_options(
            self.schema, initial=self.facts.defaults, offers=self.facts.offers
        )
        if self.facts.replacements:
            self._ask_for_name(self.facts.replacements)
        if NAME_OPTION in self.fields:
            self._hint_at_names()

    def _ask_for_name(self, replacements):
        option = replacements[0].option
        names = {found.name for found in replacements}
        name = names.pop() if len(names) == 1 else gettext("its name")
        field = forms.CharField(
            label=gettext("Type %s to replace its content") % name,
            required=False,
        )
        values = [r.value for r in replacements if r.option == option]
        field.group = schema_form.FieldGroup(
            CONFIRMATION, when=option, values=tuple(values)
        )
        self.fields[CONFIRMATION] = field
        before = list(self.fields)[: list(self.fields).index(option) + 1]
        self.order_fields([*before, CONFIRMATION])

    def _hint_at_names(self):
        kind = self.facts.point.resource_type
        field = self.fields[NAME_OPTION]
        field.hint_address = urls.reverse(
            'horizon:project:protection_points:hint', args=(kind,)
        )
        field.hint = name_hint(
            kind, self.facts.names, self[NAME_OPTION].value()
        )

    def clean(self):
        data = super().clean()
        if self.facts.trouble:
            self.add_error(None, self.facts.trouble)
        data['options'] = self.checked_options(self.schema, data)
        if not self.errors:
            self._check_replaced(data)
        return data

    def _check_replaced(self, data):
        replaced = self.facts.protection.overwrites(data['options'])
        if not replaced:
            return
        name = self.facts.name_of(replaced)
        if CONFIRMATION not in self.fields:
            text = gettext("It may not replace the content of %s.")
            self.add_error(None, text % name)
        elif data[CONFIRMATION].strip() != name.strip():
            text = gettext("Type the name %s to replace its content.")
            self.add_error(CONFIRMATION, text % name)

    def add_error(self, field, error):
        """Escape the error, as Horizon inserts a wizard's errors as HTML.

        Horizon shows none beside a group of checkboxes: such an error becomes
        one of the whole step.
        """
        texts = forms.ValidationError(error).messages
        shown = self.fields.get(field)
        if shown and isinstance(shown.widget, forms.CheckboxSelectMultiple):
            field, texts = None, [f'{shown.label}: {text}' for text in texts]
        super().add_error(field, [escape(text) for text in texts])


def name_hint(slug, names, wanted):
    """A sentence if the name is in use, else ''; ``names`` are by id."""
    if not wanted or wanted not in names.values():
        return ''
    kind = gettext(plugins.protectable(slug).name)
    return gettext("There is a %s of this name already.") % kind.lower()


class OptionsStep(workflows.Step):
    action_class = OptionsAction
    depends_on = ('facts',)
    contributes = ('options',)
    template_name = 'protection/recovery_points/restore/_options.html'

    def contribute(self, data, context):
        context['options'] = data.get('options', {}) if data else {}
        return context


class ReviewAction(_FactsAction):
    class Meta:
        name = _("Review")
        slug = 'review'
        help_text_template = 'protection/recovery_points/restore/_review.html'


class ReviewStep(workflows.Step):
    action_class = ReviewAction
    depends_on = ('facts',)
    template_name = 'protection/recovery_points/restore/_step.html'


class RestoreWorkflow(workflows.Workflow):
    slug = 'restore'
    name = _("Restore")
    finalize_button_name = _("Restore")
    success_message = _("Restore started.")
    failure_message = _("The restore did not start.")
    default_steps = (PointStep, OptionsStep, ReviewStep)
    wizard = True
    run_id = None

    def get_entry_point(self):
        """The first step, or the first one with an error.

        Horizon would open Options, the first step with fields.
        """
        wrong = (step.slug for step in self.steps if step.has_errors)
        return next(wrong, self.steps[0].slug)

    def get_absolute_url(self):
        return self.request.get_full_path()

    def handle(self, request, context):
        """Start the execution; a refusal becomes an error of the last step."""
        point = context['facts'].point
        cloud = request_user.cloud(request)
        try:
            self.run_id = execution_service.restore_point(
                cloud, point, context['options']
            )
        except (exceptions.Refused, exceptions.Unavailable) as error:
            step = self.get_step('review')
            step.has_errors = True
            step.add_step_error(str(error))
            raise forms.ValidationError(str(error)) from error
        return True

    def get_success_url(self):
        return addresses.execution_page(self.run_id)


class RestoreView(ui_views.PageMixin, workflows.WorkflowView):
    workflow_class = RestoreWorkflow
    rules = request_user.CHANGE_RULES
    home = 'horizon:project:protection_points:index'

    @cached_property
    def facts(self):
        """The RestoreFacts.

        If they cannot be fetched, a wizard that was sent is shown again with
        the reason.
        """
        slug, point_id = self.kwargs['protection'], self.kwargs['point_id']
        try:
            return restore_facts(self.cloud, slug, point_id)
        except (exceptions.Refused, exceptions.Unavailable) as error:
            if self.request.method == 'GET':
                raise
            return unknown_facts(slug, point_id, str(error))

    def get_context_data(self, **kwargs):
        return {
            **super().get_context_data(**kwargs),
            'page_title': _("Restore"),
        }

    def get_initial(self):
        return {'facts': self.facts}


class NameHintView(ui_views.FragmentView):
    """The hint about the name that is typed into the wizard."""

    rules = request_user.CHANGE_RULES
    template_name = 'protection/recovery_points/restore/_name_hint.html'

    def get_context_data(self, **kwargs):
        slug = self.kwargs['type']
        names = plugins.protectable(slug).names(self.cloud)
        wanted = self.request.GET.get('name', '')
        return {'hint': name_hint(slug, names, wanted)}


class RulesHintView(ui_views.FragmentView):
    """Which plans will protect what is restored under the name typed."""

    rules = request_user.CHANGE_RULES
    template_name = 'protection/recovery_points/restore/_rules_hint.html'

    def get_context_data(self, **kwargs):
        plans = plan_service.plan_list(self.cloud)
        wanted = self.request.GET.get('name', '')
        return {'selecting': selecting(plans, self.kwargs['type'], wanted)}


def selecting(plans, slug, name):
    """The plans whose rules select a new resource of a type and a name.

    It has no metadata, as what is restored has none.
    """
    restored = Resource('', slug, name or '', '', '')
    return [
        plan for plan in plans if selection.covers(plan.document, restored)
    ]


@dataclasses.dataclass(frozen=True)
class Replacement:
    """A value of an option with which a restore overwrites a resource."""

    option: str
    value: str
    resource_id: str
    name: str

    @property
    def value_is(self):
        """The value as JSON for the attribute that protection.js reads."""
        return json.dumps([self.value])


@dataclasses.dataclass(frozen=True)
class RestoreFacts:
    """What the wizard knows of a point to restore.

    ``original`` is the resource that it was made of, None if that is gone.
    ``names`` are ``{id: name}`` of all resources of its type. ``offers`` and
    ``defaults`` are choices and initial values of the options; ``plans`` are
    all that could be read. If
    ``trouble``, a sentence, is set, nothing but the ids is known.
    """

    protection: Protection
    point: RecoveryPoint
    original: Resource | None = None
    names: dict = dataclasses.field(default_factory=dict)
    offers: FormChoices = FormChoices()  # noqa: RUF009  frozen
    defaults: dict = dataclasses.field(default_factory=dict)
    trouble: str = ''
    plans: tuple = ()

    @functools.cached_property
    def replacements(self):
        """A Replacement for each choice that overwrites a resource."""
        properties = self.protection.restore_schema.get('properties', {})
        return [
            Replacement(
                name,
                choice_fields.value_text(value),
                found,
                self.name_of(found),
            )
            for name, item in properties.items()
            for value in self._values(name, item)
            if (found := self.protection.overwrites({name: value}))
        ]

    def _values(self, name, item):
        if name in self.offers.options:
            offered = self.offers.options[name].offered
            return [value for value, _label in offered if value != '']
        return [True] if item['type'] == 'boolean' else item.get('enum', [])

    def name_of(self, resource_id):
        return self.names.get(resource_id) or resource_id

    @property
    def always_replaces(self):
        """Whether every choice overwrites a resource."""
        offered = [
            self.offers.options.get(found.option)
            for found in self.replacements
        ]
        return any(one and '' not in dict(one.offered) for one in offered)

    @property
    def titles(self):
        """``[(name of a field, its label)]`` for the review."""
        made = schema_form.form_fields(self.protection.restore_schema)
        return [
            (name, ': '.join([*_group_titles(field), str(field.label)]))
            for name, field in made.items()
        ]

    @property
    def template_context(self):
        """The context of the templates of the steps."""
        known = not self.trouble
        kind, name = self.point.resource_type, self.defaults.get(NAME_OPTION)
        return {
            'facts': self,
            'name_option': NAME_OPTION,
            'rules_address': urls.reverse(
                'horizon:project:protection_points:rules', args=(kind,)
            ),
            'selecting': selecting(self.plans, kind, name),
            'point': self.point,
            'original': self.original,
            'taken': cells.local_time(self.point.created)
            if known
            else cells.NONE,
            'size': cells.size_text(self.point.size),
        }


def _group_titles(field):
    return [group.title for group in field.group.path] if field.group else []


def restore_facts(cloud, slug, point_id):
    """The RestoreFacts of a point; Refused if it cannot be restored."""
    protection = plugins.protection(slug)
    wanted = schema_form.picker_names(protection.restore_schema)
    found, _errors = concurrency.gather(
        {
            'point': lambda: _point_facts(cloud, protection, point_id),
            'lists': lambda: pickers.choices_by_picker(cloud, wanted),
            'plans': lambda: plan_service.plan_list(cloud),
        },
        {'plans': ()},
    )
    choices = {
        name: Choices(offered=tuple(offered), exact=True)
        for name, offered in found['point'].pop('choices').items()
    }
    offers = FormChoices(choices, found['lists'], gettext("(as it is)"))
    return RestoreFacts(
        protection, offers=offers, plans=found['plans'], **found['point']
    )


def _point_facts(cloud, protection, point_id):
    point = protection.show(cloud, point_id)
    if point.state != 'available':
        raise exceptions.Refused(
            f"{point.label} cannot be restored now: its status is "
            f"{point.status}."
        )
    kind = plugins.protectable(point.resource_type)
    found, _errors = concurrency.gather(
        {
            'original': lambda: protection.original(cloud, point),
            'names': lambda: kind.names(cloud),
        },
        {'names': {}},
    )
    original = found['original']
    return {
        **found,
        'point': point,
        'defaults': protection.restore_defaults(point, original),
        'choices': protection.restore_choices(cloud, point, original),
    }


def unknown_facts(slug, point_id, trouble):
    """RestoreFacts with the ids alone, and a sentence about the trouble."""
    protection = plugins.protection(slug)
    point = RecoveryPoint(
        id=point_id,
        protection=slug,
        resource_type=protection.protectables[0],
        resource_id='',
        name='',
        description='',
        status='',
        state='',
        created=datetime.datetime.now(datetime.UTC),
    )
    return RestoreFacts(protection, point, trouble=trouble)
