# SPDX-License-Identifier: Apache-2.0
"""The restore wizard: what, options, review; then the run's own page."""

from django import forms
from django import urls
from django.utils.functional import cached_property
from django.utils.html import escape
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from horizon import workflows

from protection_dashboard import exceptions
from protection_dashboard import plugins
from protection_dashboard.executions import service as execution_service
from protection_dashboard.forms import schema_form
from protection_dashboard.forms.option_fields import OptionsMixin
from protection_dashboard.panels.recovery_points import restore_facts
from protection_dashboard.ui import request_user
from protection_dashboard.ui import views as ui_views

NAME_OPTION = 'restore_name'
#: the field in which the user types what is replaced; no option has this name
CONFIRMATION = '.confirmation'


class _FactsAction(workflows.Action):
    """A step that tells what is known, by its help text's template."""

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
        """Horizon inserts a wizard's errors as HTML: escape them.

        It finds no place for one beside several ticks: say it of the step.
        """
        texts = forms.ValidationError(error).messages
        shown = self.fields.get(field)
        if shown and isinstance(shown.widget, forms.CheckboxSelectMultiple):
            field, texts = None, [f'{shown.label}: {text}' for text in texts]
        super().add_error(field, [escape(text) for text in texts])


def name_hint(slug, names, wanted):
    """A sentence when there is a resource of this name already, or ''."""
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
        """From the start, or where an error is: Horizon would open Options."""
        wrong = (step.slug for step in self.steps if step.has_errors)
        return next(wrong, self.steps[0].slug)

    def get_absolute_url(self):
        return self.request.get_full_path()

    def handle(self, request, context):
        """Start the run; what is in the way is said in the last step."""
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
        return urls.reverse(
            'horizon:project:protection_executions:detail',
            args=(self.run_id,),
        )


class RestoreView(ui_views.PageMixin, workflows.WorkflowView):
    workflow_class = RestoreWorkflow
    rules = request_user.CHANGE_RULES
    home = 'horizon:project:protection_points:index'

    @cached_property
    def facts(self):
        """The Facts; a wizard that was sent comes back with the trouble."""
        slug, point_id = self.kwargs['protection'], self.kwargs['point_id']
        try:
            return restore_facts.restore_facts(self.cloud, slug, point_id)
        except (exceptions.Refused, exceptions.Unavailable) as error:
            if self.request.method == 'GET':
                raise
            return restore_facts.unknown_facts(slug, point_id, str(error))

    def get_context_data(self, **kwargs):
        return {
            **super().get_context_data(**kwargs),
            'page_title': _("Restore"),
        }

    def get_initial(self):
        return {'facts': self.facts}


class NameHintView(ui_views.FragmentView):
    """What the wizard says of the name that is typed."""

    rules = request_user.CHANGE_RULES
    template_name = 'protection/recovery_points/restore/_name_hint.html'

    def get_context_data(self, **kwargs):
        slug = self.kwargs['type']
        names = plugins.protectable(slug).names(self.cloud)
        wanted = self.request.GET.get('name', '')
        return {'hint': name_hint(slug, names, wanted)}
