# SPDX-License-Identifier: Apache-2.0
"""The form that deletes a plan: what it deletes as well, and what stays."""

import functools

from django import forms
from django import urls
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from horizon import messages

from protection_dashboard import exceptions
from protection_dashboard.common.references import ResourceRef
from protection_dashboard.executions import service as execution_service
from protection_dashboard.panels.recovery_points import delete as point_delete
from protection_dashboard.panels.recovery_points import tables as point_tables
from protection_dashboard.plans import service as plan_service
from protection_dashboard.recovery_points import deletion as point_deletion
from protection_dashboard.recovery_points import fetch as point_fetch
from protection_dashboard.schedules import service as schedule_service
from protection_dashboard.ui import cells
from protection_dashboard.ui import views as ui_views


class DeletePlanForm(ui_views.ServiceForm):
    """Deletes a plan and, if that is ticked, its recovery points.

    ``deletion`` is a Deletion, None if a service does not answer.
    """

    delete_points = forms.BooleanField(required=False)
    #: digest of the points that the page has listed
    digest = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, request, plan, deletion, **kwargs):
        super().__init__(request, **kwargs)
        self.plan = plan
        self.deletion = deletion
        if deletion and deletion.deletable:
            self.fields['delete_points'].label = ngettext(
                "Delete its %d recovery point, too",
                "Delete its %d recovery points, too",
                len(deletion.deletable),
            ) % len(deletion.deletable)
        else:
            del self.fields['delete_points']
        if deletion:
            self.fields['digest'].initial = deletion.digest

    def clean(self):
        data = super().clean()
        if (
            data.get('delete_points')
            and data['digest'] != self.deletion.digest
        ):
            self.data = {**self.data.dict(), 'digest': self.deletion.digest}
            self.api_error(
                gettext(
                    "The recovery points have changed meanwhile: look at the "
                    "list again."
                )
            )
        return data

    def act(self, cloud, data):
        """The id of the execution that deletes the points, else True.

        The plan goes first: if it cannot be deleted, its points stay.
        """
        schedule_service.check_idle(cloud, self.plan)
        plan_service.plan_delete(cloud, self.plan)
        messages.success(self.request, gettext("Deleted: %s") % self.plan.name)
        return self._deletion_run(cloud) if data.get('delete_points') else True

    def _deletion_run(self, cloud):
        """The id of the execution that deletes the points, True for none."""
        try:
            return execution_service.delete_points(
                cloud, self.deletion.deletable
            )
        except exceptions.ProtectionError as error:
            message = gettext(
                "The plan is deleted, but its recovery points are not: %s"
            )
            messages.error(self.request, message % error)
            return True


class DeletePlanView(ui_views.ExecutionFormView):
    form_class = DeletePlanForm
    template_name = 'protection/plans/delete.html'
    ajax_template_name = 'protection/plans/_delete.html'
    page_title = _("Delete Plan")
    submit_label = _("Delete Plan")
    submit_class = 'btn-danger'
    success_url = urls.reverse_lazy('horizon:project:protection_plans:index')

    @cached_property
    def found(self):
        """``(Plan, Deletion of its points or None, errors as text)``."""
        plan_id = str(self.kwargs['plan_id'])
        plan = plan_service.plan_get(self.cloud, plan_id)
        points, errors = point_fetch.fetch_points_of_plan_types(
            self.cloud, plan.document
        )
        deletion = (
            None
            if errors
            else point_deletion.deletion_of_plan(plan.document, points)
        )
        return plan, deletion, list(dict.fromkeys(map(str, errors)))

    def get_form_kwargs(self):
        plan, deletion, _errors = self.found
        return {
            **super().get_form_kwargs(),
            'plan': plan,
            'deletion': deletion,
        }

    def get_context_data(self, **kwargs):
        plan, deletion, errors = self.found
        return {
            **super().get_context_data(**kwargs),
            'plan': plan,
            'errors': errors,
            'schedules': [
                cells.schedule_text(schedule) for schedule in plan.schedules
            ],
            **(_deletion_context(self.cloud, deletion) if deletion else {}),
        }


def _deletion_context(cloud, deletion):
    """Context: points to delete, and resources without a copy afterwards."""
    names, _errors = point_tables.resource_names(
        cloud, [*deletion.deletable, *deletion.remaining]
    )
    name = functools.partial(point_tables.resource_name, names)
    return {
        'points_to_delete': [
            point_delete.point_line(point, name(ResourceRef.of_point(point)))
            for point in deletion.deletable
        ],
        'kept_points': [point.label for point in deletion.remaining],
        'last': [name(ref) for ref in deletion.without_good_point],
    }
