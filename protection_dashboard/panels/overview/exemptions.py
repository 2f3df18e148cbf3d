# SPDX-License-Identifier: Apache-2.0
"""Exemptions: mark resources that need no protection, and list them."""

from django import forms
from django import shortcuts
from django import urls
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from horizon import messages
from horizon import tables

from protection_dashboard.common.references import ResourceRef
from protection_dashboard.coverage import exemptions
from protection_dashboard.panels.overview import filters
from protection_dashboard.panels.overview import tables as overview_tables
from protection_dashboard.panels.plans.wizard import picks as wizard_picks
from protection_dashboard.reports import coverage_survey
from protection_dashboard.ui import addresses
from protection_dashboard.ui import cells
from protection_dashboard.ui import memory_paging
from protection_dashboard.ui import request_user
from protection_dashboard.ui import tables as ui_tables
from protection_dashboard.ui import views as ui_views
from protection_dashboard.ui.markup import ngettext_lazy

PANEL = overview_tables.PANEL


class ExemptionForm(ui_views.ServiceForm):
    """Exempts one resource or many; ``resources`` is ``{key: Resource}``."""

    note = forms.CharField(
        label=_("Note"),
        help_text=_("Why, for those who look at it later."),
        max_length=exemptions.MAX_NOTE_LENGTH,
        required=False,
        widget=forms.TextInput(attrs={'autofocus': True}),
    )
    keys = forms.CharField(
        widget=forms.Textarea(attrs={'class': 'hidden', 'hidden': True}),
        label='',
        required=False,
    )

    def __init__(self, request, resources, **kwargs):
        super().__init__(request, **kwargs)
        self.resources = resources
        self.fields['keys'].initial = '\n'.join(resources)

    def clean(self):
        if not self.resources:
            raise forms.ValidationError(
                _("None of these resources exists any more.")
            )
        return super().clean()

    def act(self, cloud, data):
        chosen = self.resources.values()
        errors = exemptions.exempt(cloud, chosen, data['note'])
        report_errors(self.request, errors)
        done = len(self.resources) - len(errors)
        if done:
            message = ngettext(
                "%d resource is marked as not needed.",
                "%d resources are marked as not needed.",
                done,
            )
            messages.success(self.request, message % done)
        return True


def report_errors(request, errors):
    """Show each error once; ``errors`` are ``{key: error}``."""
    for error in dict.fromkeys(map(str, errors.values())):
        messages.error(request, error)


class ExemptionView(ui_views.FormView):
    """The form for ``?resource=``, or for the selected rows of a table."""

    form_class = ExemptionForm
    template_name = 'protection/overview/exemption.html'
    ajax_template_name = 'protection/overview/_exemption.html'
    page_title = _("Protection not needed")
    submit_label = _("Not needed")
    home = PANEL + 'index'
    success_url = urls.reverse_lazy(PANEL + 'index')

    @property
    def submit_url(self):
        return self.request.path

    @property
    def is_opened(self):
        """Whether the form is shown for the first time, not submitted."""
        return self.request.method == 'GET' or 'keys' not in self.request.POST

    @cached_property
    def resources(self):
        sent = self.request.POST or self.request.GET
        field = next(
            (f for f in ('keys', 'object_ids') if f in sent), 'resource'
        )
        keys = wizard_picks.sent_keys(sent, field)
        found, errors = coverage_survey.existing_resources(self.cloud, keys)
        report_errors(self.request, dict(enumerate(errors)))
        return found

    def post(self, request, *args, **kwargs):
        if self.is_opened:
            return self.get(request, *args, **kwargs)
        return super().post(request, *args, **kwargs)

    def get_form_kwargs(self):
        kwargs = {**super().get_form_kwargs(), 'resources': self.resources}
        if self.is_opened:
            kwargs |= {'data': None, 'files': None}
        return kwargs

    def get_context_data(self, **kwargs):
        named = [
            {'name': one.label, 'kind': cells.type_name(one.type)}
            for one in self.resources.values()
        ]
        context = super().get_context_data(**kwargs)
        return {**context, 'resources': named}

    def address(self, result):
        came_from = addresses.referring_page(self.request, self.success_url)
        here = self.request.path
        return self.success_url if here in came_from else came_from


class RemoveExemption(ui_tables.ServiceBatchAction):
    name = 'unmark'
    icon = 'shield'

    @staticmethod
    def action_present(count):
        return ngettext_lazy("Needed Again", "Needed Again", count)

    @staticmethod
    def action_past(count):
        return ngettext_lazy("Needed again", "Needed again", count)

    def handle(self, table, request, obj_ids):
        """Lift all of them in one call, as one document may hold them."""
        request_user.require_policy(request, self.policy_rules)
        cloud = request_user.cloud(request)
        found, errors = coverage_survey.existing_resources(cloud, obj_ids)
        failed = exemptions.revoke_exemptions(cloud, found)
        report_errors(request, {**dict(enumerate(errors)), **failed})
        done = [one.label for key, one in found.items() if key not in failed]
        if done:
            message = gettext("Needed again: %s") % ', '.join(done)
            messages.success(request, message)
        return shortcuts.redirect(request.get_full_path())


class ExemptionRow:
    """A resource that needs no protection, as its row shows it."""

    def __init__(self, resource, note):
        self.resource = resource
        self.note = note
        self.key = str(ResourceRef.of_resource(resource))
        self.name = resource.label


class ExemptionsTable(memory_paging.InMemoryTable):
    name = ui_tables.WrappingColumn(
        overview_tables.name_cell, verbose_name=_("Name")
    )
    kind = tables.Column(overview_tables.type_cell, verbose_name=_("Type"))
    size = tables.Column(overview_tables.size_cell, verbose_name=_("Size"))
    note = ui_tables.WrappingColumn(
        lambda mark: mark.note.note or cells.NONE, verbose_name=_("Note")
    )
    by = tables.Column(
        lambda mark: mark.note.by or cells.NONE, verbose_name=_("Said By")
    )
    at = tables.Column(
        lambda mark: cells.relative_time(mark.note.at), verbose_name=_("When")
    )

    def get_object_id(self, mark):
        return mark.key

    class Meta:
        name = 'unneeded'
        verbose_name = _("Not needed")
        row_actions = (RemoveExemption,)
        table_actions = (RemoveExemption,)
        no_data_message = _(
            "Nothing is marked. Choose Not needed... beside a resource on "
            "the Overview that you do not want to protect."
        )


class ExemptionsView(memory_paging.InMemoryListView):
    table_class = ExemptionsTable
    page_title = _("Protection not needed")
    template_name = 'protection/overview/list.html'
    filter_class = filters.ResourceFilters
    csv = (
        (_("Name"), lambda mark: mark.name),
        (_("Type"), lambda mark: cells.type_name(mark.resource.type)),
        (_("ID"), lambda mark: mark.resource.id),
        (_("Note"), lambda mark: mark.note.note),
        (_("Said By"), lambda mark: mark.note.by),
        (_("When"), lambda mark: mark.note.at),
    )

    def all_rows(self, cloud):
        found, errors = coverage_survey.exempt_resources(cloud)
        self.report(*errors)
        marks = [ExemptionRow(resource, note) for resource, note in found]
        marks.sort(key=lambda mark: mark.name.lower())
        return filters.matching_resources(marks, self.chosen)

    def facts(self):
        return {'here': 'unneeded'}
