# SPDX-License-Identifier: Apache-2.0
"""Create Plan for the unprotected resources: the selected ones, or all."""

from django import urls
from django.utils.functional import cached_property

from protection_dashboard.panels.overview import filters
from protection_dashboard.panels.plans.wizard import views as wizard_views
from protection_dashboard.reports import coverage_survey

_CREATE = 'horizon:project:protection_plans:create'


class ProtectSelectedView(wizard_views.CreatePlanView):
    """Opens the form of Create Plan, which is then posted to its own URL."""

    @property
    def submit_url(self):
        return urls.reverse(_CREATE)

    @cached_property
    def document(self):
        return self.start()

    def post(self, request, *args, **kwargs):
        return self.get(request, *args, **kwargs)

    def get_form_kwargs(self):
        kwargs = super().get_form_kwargs()
        opened = {'data': None, 'files': None, 'preset': self._keys()}
        return {**kwargs, **opened}

    def _keys(self):
        if self.request.method == 'POST':
            return self.request.POST.getlist('object_ids')
        form = filters.ResourceFilters(self.request.GET)
        covers = coverage_survey.survey_project(self.cloud).unprotected
        return [
            one.key for one in filters.matching_resources(covers, form.chosen)
        ]
