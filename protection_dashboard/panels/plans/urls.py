# SPDX-License-Identifier: Apache-2.0
"""The URLs of the panel."""

from django import urls

from protection_dashboard.panels.plans import delete
from protection_dashboard.panels.plans import dry_run
from protection_dashboard.panels.plans import imports
from protection_dashboard.panels.plans import protect
from protection_dashboard.panels.plans import resource_options
from protection_dashboard.panels.plans import views
from protection_dashboard.panels.plans.detail import views as plan_detail_views
from protection_dashboard.panels.plans.wizard import views as wizard_views

_ONE = '<uuid:plan_id>/'
_RESOURCE = '<slug:type>/<str:resource_id>/'
urlpatterns = [
    urls.path('create/', wizard_views.CreatePlanView.as_view(), name='create'),
    urls.path(
        '<uuid:plan_id>/edit/',
        wizard_views.EditPlanView.as_view(),
        name='edit',
    ),
    urls.path(
        '<uuid:plan_id>/clone/',
        wizard_views.ClonePlanView.as_view(),
        name='clone',
    ),
    urls.path(
        '<uuid:plan_id>/options/<slug:type>/<path:resource_id>/',
        resource_options.ResourceOptionsView.as_view(),
        name='options',
    ),
    urls.path('', views.IndexView.as_view(), name='index'),
    urls.path('import/', imports.ImportPlanView.as_view(), name='import'),
    urls.path(_ONE, plan_detail_views.DetailView.as_view(), name='detail'),
    urls.path(
        _ONE + 'export/',
        plan_detail_views.ExportPlanView.as_view(),
        name='export',
    ),
    urls.path(_ONE + 'dry-run/', dry_run.DryRunView.as_view(), name='dry_run'),
    urls.path(
        _ONE + 'delete/', delete.DeletePlanView.as_view(), name='delete'
    ),
    urls.path(
        'schedule/' + _RESOURCE,
        protect.ScheduleResourceView.as_view(),
        name='schedule',
    ),
    urls.path(
        'protect/' + _RESOURCE,
        protect.ProtectResourceView.as_view(),
        name='protect',
    ),
]
