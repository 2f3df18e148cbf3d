# SPDX-License-Identifier: Apache-2.0
"""The pages of the form of a plan: Create, Edit, Clone."""

import datetime
import hashlib
import json
import uuid

from django import urls
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from horizon import messages

from protection_dashboard.common import concurrency
from protection_dashboard.forms import form_preview
from protection_dashboard.forms import plan_name_field
from protection_dashboard.forms import schema_form
from protection_dashboard.panels.plans.wizard import forms
from protection_dashboard.panels.plans.wizard import matches
from protection_dashboard.panels.plans.wizard import picks
from protection_dashboard.panels.plans.wizard import review
from protection_dashboard.panels.plans.wizard import rules
from protection_dashboard.panels.plans.wizard import selectable_resources
from protection_dashboard.panels.plans.wizard import steps
from protection_dashboard.plans import diff as plan_diff
from protection_dashboard.plans import schema as plan_schema
from protection_dashboard.plans import service as plan_service
from protection_dashboard.protections import methods
from protection_dashboard.protections import pickers
from protection_dashboard.schemas.choices import FormChoices
from protection_dashboard.ui import request_user
from protection_dashboard.ui import signed_state
from protection_dashboard.ui import views as ui_views
from protection_dashboard.ui.markup import StrOrPromise

INDEX = 'horizon:project:protection_plans:index'
DETAIL = 'horizon:project:protection_plans:detail'


class PlanFormView(ui_views.FormView):
    """Base of Create, Edit and Clone; subclasses give the document.

    A form that is sent with a ``part`` is not saved: the response is that part
    of the page. The button 'review' does the same with the whole page. The
    part 'draft' is the form with what was typed, before it was sent.
    """

    template_name = 'protection/plans/wizard/index.html'
    #: ``{part: its template}``
    parts = {
        'review': 'protection/plans/wizard/_review.html',
        'retention': 'protection/forms/_kept.html',
        'matches': 'protection/plans/wizard/_matches.html',
        'draft': 'protection/plans/wizard/_form.html',
    }
    success_url = urls.reverse_lazy(INDEX)
    #: the purpose for which the form's document is signed
    purpose = ''
    #: ``(value, label)`` of the buttons that finish
    buttons: tuple[tuple[str, StrOrPromise], ...] = ()

    def start(self):
        """The document that the form opens with."""
        raise NotImplementedError

    @cached_property
    def document(self):
        """What the form was opened with; a sent form carries it, signed."""
        if self.request.method == 'GET':
            return self.start()
        return signed_state.verified(
            self.request.POST.get('opened', ''),
            self.cloud.project_id,
            self.purpose,
        )

    @property
    def part(self):
        """The part that the script requests, '' for the whole page."""
        return self.request.POST.get('part', '')

    @cached_property
    def found(self):
        """Inventory and choices of options, fetched side by side."""
        slugs = selectable_resources.available_types(self.cloud)
        if self.part == 'matches':
            types = rules.sent_types(self.request.POST)
            inventory = selectable_resources.fetch_inventory(
                self.cloud, types & {*slugs}
            )
            return {'inventory': inventory, 'offers': FormChoices()}
        found, _errors = concurrency.gather(
            {
                'inventory': lambda: selectable_resources.fetch_inventory(
                    self.cloud, slugs
                ),
                'lists': lambda: _option_choices(self.cloud, slugs),
            }
        )
        offers = FormChoices(pickers=found['lists'], blank=gettext("(none)"))
        return {'inventory': found['inventory'], 'offers': offers}

    def get_form_kwargs(self):
        document = self.document
        seal = signed_state.sign(document, self.cloud.project_id, self.purpose)
        return {
            **super().get_form_kwargs(),
            **self.found,
            'document': document,
            'seal': seal,
            'preset': picks.sent_keys(self.request.GET, 'resource'),
        }

    def post(self, request, *args, **kwargs):
        wanted = self.part or request.POST.get('finish')
        if wanted not in self.parts:
            return super().post(request, *args, **kwargs)
        form = self.get_form()
        form.is_valid()
        if self.part:
            self.template_name = self.parts[wanted]
        return self.form_invalid(form)

    def get_template_names(self):
        """The template of the part, if the script requests one."""
        return [self.template_name]

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        form = context['form']
        if self.part == 'matches':
            return {**context, 'matches': matches.rule_matches(form)}
        now = datetime.datetime.now(datetime.UTC)
        if self.part == 'retention':
            return {
                **context,
                **form_preview.retention_preview_context(
                    self.cloud, *review.draft_document(form), now
                ),
            }
        is_draft = self.part == 'draft'
        if form.is_bound and not is_draft:
            context['review'] = review.plan_review(self.cloud, form, now)
        if self.part == 'review':
            return context
        found = matches.rule_matches(form)
        if is_draft:
            form.forget_errors()
        return {
            **context,
            **self._draft_keys(),
            'sent': form.is_bound and not is_draft,
            'tree': form.tree,
            'steps': steps.form_steps(form),
            'matches': found,
            'preview': steps.next_runs_preview(form, now),
            'buttons': self.buttons,
            'schedules': steps.schedule_links(form),
        }

    def _draft_keys(self):
        """Whose draft it is and of what: a browser keeps it by these.

        ``base`` changes whenever somebody saves the plan.
        """
        plan_id = self.kwargs.get('plan_id', '')
        edited = [self.document.get(key) for key in plan_diff.EDITED_KEYS]
        text = json.dumps(edited, sort_keys=True)
        return {
            'draft': f'{request_user.identity(self.request)}:'
            f'{self.purpose}:{plan_id}',
            'base': hashlib.sha256(text.encode()).hexdigest(),
        }


def _option_choices(cloud, slugs):
    """The choices that the options of some types need, by picker."""
    names = [
        schema_form.picker_names(protection.options_schema)
        for slug in slugs
        for protection in methods.standalone_protections(slug)
    ]
    return pickers.choices_by_picker(cloud, set().union(*names))


class CreatePlanView(PlanFormView):
    form_class = forms.CreatePlanForm
    page_title = _("Create Plan")
    purpose = 'create'
    buttons = (
        ('create', _("Create")),
        ('run', _("Create and Protect Now")),
    )

    def start(self):
        return {
            'version': plan_schema.VERSION,
            'id': str(uuid.uuid4()),
            'name': '',
            'resources': [],
            'schedules': [],
        }

    def address(self, result):
        return result


class ClonePlanView(CreatePlanView):
    form_class = forms.ClonePlanForm
    page_title = _("Clone Plan")
    purpose = 'clone'

    def start(self):
        """A copy without pins, which stay with the other plan."""
        plan = plan_service.plan_get(self.cloud, str(self.kwargs['plan_id']))
        names = [one.name for one in plan_service.plan_list(self.cloud)]
        found = {k: v for k, v in plan.document.items() if k != 'pins'}
        return {
            **found,
            'retention': plan.document.get('retention', {}),
            'id': str(uuid.uuid4()),
            'name': plan_name_field.unused_name(
                gettext("%s (copy)") % plan.name, names
            ),
            'schedules': [
                {**schedule, 'id': str(uuid.uuid4()), 'paused': True}
                for schedule in plan.document['schedules']
            ],
        }


class EditPlanView(PlanFormView):
    form_class = forms.EditPlanForm
    page_title = _("Edit Plan")
    purpose = 'edit'
    buttons = (('save', _("Save")),)

    def start(self):
        plan = plan_service.plan_get(self.cloud, str(self.kwargs['plan_id']))
        return plan.document

    def address(self, result):
        messages.success(self.request, gettext("Saved: %s") % result.name)
        return urls.reverse(DETAIL, args=(result.id,))
