# SPDX-License-Identifier: Apache-2.0
"""Import of a plan: a file or pasted text, a preview, then the plan.

Only what the preview has shown is imported: the form carries a signed digest
of the text and of the plan that it replaces.
"""

import collections
import datetime
import hashlib

from django import forms
from django import urls
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from horizon import messages

from protection_dashboard import exceptions
from protection_dashboard.forms import retention_preview
from protection_dashboard.forms import schedule_preview
from protection_dashboard.forms.roles_field import RolesMixin
from protection_dashboard.notifications import targets as notification_targets
from protection_dashboard.panels.plans.wizard import finish as wizard_finish
from protection_dashboard.panels.shared import left_points
from protection_dashboard.panels.shared import plan_facts
from protection_dashboard.plans import diff as plan_diff
from protection_dashboard.plans import imports as plan_imports
from protection_dashboard.plans import limits as plan_limits
from protection_dashboard.plans import selection
from protection_dashboard.plans import service as plan_service
from protection_dashboard.plans import yaml_file
from protection_dashboard.recurrence.schedule import Schedule
from protection_dashboard.schedules import replacement as schedule_replacement
from protection_dashboard.ui import request_user
from protection_dashboard.ui import signed_state
from protection_dashboard.ui import views as ui_views

CREATE = 'create'
REPLACE = 'replace'
_PURPOSE = 'import'


class ImportPlanForm(RolesMixin, ui_views.ServiceForm):
    """Asks for a plan's file or its text.

    Cleaned, ``document`` is its PlanDocument and ``replaces`` the Plan that
    it replaces, or None.

    ``others`` are the Plans of the project.
    """

    file = forms.FileField(label=_("File"), required=False)
    text = forms.CharField(
        label=_("Or paste the text"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={'rows': 16, 'spellcheck': 'false'}),
    )
    way = forms.ChoiceField(
        label=_("When a plan of this name exists"),
        choices=[
            (CREATE, _("Do not import")),
            (REPLACE, _("Replace it: what the preview lists is changed")),
        ],
        initial=CREATE,
        widget=forms.RadioSelect,
    )
    seal = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, request, others, **kwargs):
        super().__init__(request, **kwargs)
        self.others = others
        self.prepare_roles()

    def clean(self):
        data = super().clean()
        if self.errors:
            return data
        try:
            content = self._content(data)
            document = yaml_file.plan_from_yaml(content)
        except exceptions.Refused as error:
            raise forms.ValidationError(str(error)) from error
        data['digest'] = _digest(document)
        data['replaces'] = self._namesake(document, data['way'])
        if data['replaces']:
            old = data['replaces'].document
            document = plan_imports.replacement_document(old, document)
        data['document'] = document
        self._check(document)
        return data

    def _content(self, data):
        """The bytes of the uploaded file, else of the text.

        The content of the file is put into the text field, as a browser does
        not send a file again.
        """
        if not data['file']:
            content = data['text'].encode()
        else:
            content = data['file'].read(yaml_file.MAX_BYTES + 1)
            self.data = {**self.data.dict(), 'text': _pasted_text(content)}
        if not content.strip():
            raise exceptions.Refused(gettext("Choose a file or paste a text."))
        return content

    def _namesake(self, document, way):
        """The plan of the same name, which is replaced; None if none is."""
        name = document['name'].lower()
        found = [plan for plan in self.others if plan.name.lower() == name]
        if found and way == CREATE:
            self.add_error(
                'way',
                gettext(
                    "A plan of this name exists. Replace it, or change the "
                    "name in the text."
                ),
            )
        elif len(found) > 1:
            self.add_error('way', gettext("More than one plan has this name."))
        return found[0] if found else None

    def _check(self, document):
        found = plan_imports.import_problems(document)
        sentences = [f'{path}: {words.text(gettext)}' for path, words in found]
        if not found:
            passed = plan_limits.exceeded_limits(
                document, self.others, request_user.operator_limits()
            )
            sentences = [words.text(gettext) for words in passed]
        wrong = notification_targets.notification_problem(
            document.get('notification', {}),
            request_user.cloud(self.request),
        )
        if wrong:
            sentences.append(f'$.notification: {wrong.text(gettext)}')
        for sentence in sentences:
            self.add_error(None, sentence)

    def note(self, data):
        """What the preview has shown, to be signed in ``seal``."""
        plan = data['replaces']
        return {'digest': data['digest'], 'base': plan and plan.document}

    def act(self, cloud, data):
        """The URL of the plan's page, once the plan is saved."""
        if data['replaces'] is None:
            schedules = data['document']['schedules']
            return wizard_finish.create_plan(
                self.request,
                cloud,
                data['document'],
                schedules,
                run=False,
                all_roles=self.roles_confirmed(data),
            )
        seen = signed_state.verified(data['seal'], cloud.project_id, _PURPOSE)
        errors = schedule_replacement.replace_plan(
            cloud,
            seen['base'],
            data['document'],
            all_roles=self.roles_confirmed(data),
        )
        messages.success(
            self.request, gettext("Saved: %s") % data['document']['name']
        )
        text = gettext("The plan is saved, but a schedule of it is not: %s")
        for error in errors:
            messages.warning(self.request, text % error)
        return urls.reverse(
            'horizon:project:protection_plans:detail',
            args=(data['document']['id'],),
        )


def _document_id(document):
    return document and document['id']


def _digest(document):
    """A hash of a plan's text that does not depend on the ends of lines."""
    text = yaml_file.plan_to_yaml(document)
    return hashlib.sha256(text.encode()).hexdigest()


def _pasted_text(content):
    small = len(content) <= yaml_file.MAX_BYTES
    return content.decode('utf-8-sig', 'replace') if small else ''


class ImportPlanView(ui_views.FormView):
    form_class = ImportPlanForm
    template_name = 'protection/plans/import.html'
    page_title = _("Import Plan")
    success_url = urls.reverse_lazy('horizon:project:protection_plans:index')

    @cached_property
    def others(self):
        return plan_service.plan_list(self.cloud)

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), 'others': self.others}

    def form_valid(self, form):
        """Import what a preview has shown; else show the preview."""
        if self.request.POST.get('finish') == 'import' and self._seen(form):
            return super().form_valid(form)
        return self.form_invalid(form)

    def _seen(self, form):
        try:
            seen = signed_state.verified(
                form.cleaned_data['seal'], self.cloud.project_id, _PURPOSE
            )
        except exceptions.Refused:
            return False
        now = form.note(form.cleaned_data)
        same = [_document_id(one['base']) for one in (seen, now)]
        return same[0] == same[1] and seen['digest'] == now['digest']

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        form = context['form']
        if not form.is_bound or form.errors.keys() - {ui_views.ROLES_FIELD}:
            return context
        data = form.cleaned_data
        now = datetime.datetime.now(datetime.UTC)
        return {
            **context,
            'preview': import_preview(self.cloud, data, now),
            'seal': signed_state.sign(
                form.note(data), self.cloud.project_id, _PURPOSE
            ),
        }

    def address(self, result):
        return result


MAX_RESOURCES = 20


def import_preview(cloud, data, now):
    """Context of the preview; ``data`` is cleaned data of ImportPlanForm."""
    document, old = data['document'], data['replaces']
    chosen, failed = selection.selected_resources(cloud, document)
    wrong = [one for one in [*chosen, *failed] if one.reason]
    return {
        'name': document['name'],
        'changes': old and _change_lines(old.document, document),
        'left': old and _left_points(cloud, old.document, document),
        'protects': plan_facts.protects_cell(document),
        'excludes': plan_facts.excludes_cell(document),
        'methods': plan_facts.method_lines(document),
        'notifies': plan_facts.notification_lines(document),
        'skipped': [
            (o.entry['name'], o.reason) for o in wrong[:MAX_RESOURCES]
        ],
        'more': max(0, len(wrong) - MAX_RESOURCES),
        'schedules': [
            schedule_preview.preview_for_schedule(schedule, now)
            for schedule in map(Schedule.from_document, document['schedules'])
        ],
        'retention_preview': retention_preview.retention_preview(
            cloud, document, now
        ),
    }


def _left_points(cloud, old, new):
    """The context of what stays of resources that leave the plan."""
    chosen, _failed = selection.selected_resources(cloud, old)
    resources = collections.defaultdict(list)
    for one in chosen:
        if one.resource:
            resources[one.resource.type].append(one.resource)
    return left_points.left_points_context(cloud, old, new, resources)


def _change_lines(old, new):
    found = plan_diff.plan_differences(old, new, plan_diff.IMPORTED_KEYS)
    return [words.text(gettext) for words in found] or [gettext("Nothing.")]
