# SPDX-License-Identifier: Apache-2.0
"""The URLs of the panel."""

from django import urls

from protection_dashboard.panels.plans import protect
from protection_dashboard.panels.schedules import arming
from protection_dashboard.panels.schedules import trove_client
from protection_dashboard.panels.schedules import views

_ONE = '<uuid:plan_id>/<uuid:schedule_id>/'
_CLIENT = 'client/<uuid:trigger_id>/'
urlpatterns = [
    urls.path('', views.IndexView.as_view(), name='index'),
    urls.path('preview/', views.SchedulePreviewView.as_view(), name='preview'),
    urls.path('resume/', arming.ResumeView.as_view(), name=arming.RESUME),
    urls.path('rearm/', arming.RearmView.as_view(), name=arming.REARM),
    urls.path(
        'preview/<slug:type>/<str:resource_id>/',
        protect.ScheduleResourcePreviewView.as_view(),
        name='resource_preview',
    ),
    urls.path(
        '<uuid:plan_id>/add/', views.AddScheduleView.as_view(), name='add'
    ),
    urls.path(
        '<uuid:plan_id>/add/preview/',
        views.AddSchedulePreviewView.as_view(),
        name='add_preview',
    ),
    urls.path(_ONE + 'edit/', views.EditScheduleView.as_view(), name='edit'),
    urls.path(
        _ONE + 'edit/preview/',
        views.EditSchedulePreviewView.as_view(),
        name='edit_preview',
    ),
    urls.path(
        _ONE + 'delete/', views.DeleteScheduleView.as_view(), name='delete'
    ),
    urls.path(_ONE, views.DetailView.as_view(), name='detail'),
    urls.path(
        _CLIENT,
        trove_client.DetailView.as_view(),
        name='client_detail',
    ),
    urls.path(
        _CLIENT + 'delete/',
        trove_client.DeleteTroveScheduleView.as_view(),
        name='client_delete',
    ),
    urls.path(
        _CLIENT + 'convert/',
        trove_client.ConvertScheduleView.as_view(),
        name='client_convert',
    ),
    urls.path(
        _CLIENT + 'convert/preview/',
        trove_client.ConvertSchedulePreviewView.as_view(),
        name='client_convert_preview',
    ),
]
