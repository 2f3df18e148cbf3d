# SPDX-License-Identifier: Apache-2.0
"""The pages of the forms of one schedule of a plan, and their previews."""

from django import urls
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from horizon.utils import http

from protection_dashboard import exceptions
from protection_dashboard.common import concurrency
from protection_dashboard.forms import form_preview
from protection_dashboard.panels.schedules import forms
from protection_dashboard.plans import service as plan_service
from protection_dashboard.reports import project_status
from protection_dashboard.ui import addresses
from protection_dashboard.ui import views as ui_views

PANEL = 'horizon:project:protection_schedules:'


class PlanScheduleMixin:
    """The schedule that the address names."""

    @cached_property
    def schedule(self):
        return project_status.get_schedule(
            self.cloud,
            str(self.kwargs['plan_id']),
            str(self.kwargs['schedule_id']),
        )


class ScheduleView(form_preview.PreviewMixin, ui_views.FormView):
    """A form of a schedule, with its preview beside it."""

    template_name = 'protection/schedules/form.html'
    ajax_template_name = 'protection/schedules/_form.html'
    success_url = urls.reverse_lazy(PANEL + 'index')
    home = PANEL + 'index'
    preview_view = ''

    def preview_address(self):
        return urls.reverse(PANEL + self.preview_view, kwargs=self.kwargs)

    def address(self, result):
        """Back to where the dialog was opened."""
        if not http.is_ajax(self.request):
            return self.success_url
        return addresses.referring_page(self.request, self.success_url)


class AddScheduleView(ScheduleView):
    form_class = forms.AddScheduleForm
    page_title = _("Add Schedule")
    submit_label = _("Add Schedule")
    preview_view = 'add_preview'

    @cached_property
    def others(self):
        return plan_service.plan_list(self.cloud)

    def get_form_kwargs(self):
        plan_id = str(self.kwargs['plan_id'])
        plan = next((p for p in self.others if p.id == plan_id), None)
        if plan is None:
            raise exceptions.NotFound("There is no such plan.")
        given = {'plan': plan, 'others': self.others}
        return {**super().get_form_kwargs(), **given}


class EditScheduleView(ScheduleView):
    form_class = forms.EditScheduleForm
    page_title = _("Edit Schedule")
    submit_label = _("Save")
    preview_view = 'edit_preview'

    @cached_property
    def found(self):
        ids = str(self.kwargs['plan_id']), str(self.kwargs['schedule_id'])
        found, _errors = concurrency.gather(
            {
                'schedule': lambda: project_status.get_schedule(
                    self.cloud, *ids
                ),
                'others': lambda: plan_service.plan_list(self.cloud),
            }
        )
        return found

    @property
    def trigger_id(self):
        return self.found['schedule'].trigger_id

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), **self.found}

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        return {
            **context,
            'running': getattr(self.found['schedule'], 'running', False),
        }


class AddSchedulePreviewView(
    form_preview.PreviewFragmentMixin, AddScheduleView
):
    """The preview of :class:`AddView`."""


class EditSchedulePreviewView(
    form_preview.PreviewFragmentMixin, EditScheduleView
):
    """The preview of :class:`EditView`."""


class DeleteScheduleView(PlanScheduleMixin, ui_views.FormView):
    form_class = forms.DeleteScheduleForm
    template_name = 'protection/schedules/delete.html'
    ajax_template_name = 'protection/schedules/_delete.html'
    page_title = _("Delete Schedule")
    submit_label = _("Delete Schedule")
    submit_class = 'btn-danger'
    success_url = urls.reverse_lazy(PANEL + 'index')

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), 'schedule': self.schedule}


_ONE = '<uuid:plan_id>/<uuid:schedule_id>/'
urlpatterns = [
    urls.path('<uuid:plan_id>/add/', AddScheduleView.as_view(), name='add'),
    urls.path(
        '<uuid:plan_id>/add/preview/',
        AddSchedulePreviewView.as_view(),
        name='add_preview',
    ),
    urls.path(_ONE + 'edit/', EditScheduleView.as_view(), name='edit'),
    urls.path(
        _ONE + 'edit/preview/',
        EditSchedulePreviewView.as_view(),
        name='edit_preview',
    ),
    urls.path(_ONE + 'delete/', DeleteScheduleView.as_view(), name='delete'),
]
