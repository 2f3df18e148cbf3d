# SPDX-License-Identifier: Apache-2.0
"""The URLs of the panel."""

from django import urls

from protection_dashboard.panels.recovery_points import delete
from protection_dashboard.panels.recovery_points import detail
from protection_dashboard.panels.recovery_points import restore
from protection_dashboard.panels.recovery_points import views

urlpatterns = [
    urls.path('', views.IndexView.as_view(), name='index'),
    urls.path(
        'of/<slug:type>/<str:resource_id>/',
        views.ResourceView.as_view(),
        name='resource',
    ),
    urls.path(
        'point/<slug:protection>/<str:point_id>/',
        detail.DetailView.as_view(),
        name='detail',
    ),
    urls.path(
        'pin/<slug:protection>/<str:point_id>/',
        views.PinView.as_view(),
        name='pin',
    ),
    urls.path(
        'restore/<slug:protection>/<str:point_id>/',
        restore.RestoreView.as_view(),
        name='restore',
    ),
    urls.path('delete/', delete.DeletePointsView.as_view(), name='delete'),
    urls.path(
        'hint/<slug:type>/', restore.NameHintView.as_view(), name='hint'
    ),
    urls.path(
        'rules/<slug:type>/', restore.RulesHintView.as_view(), name='rules'
    ),
]
