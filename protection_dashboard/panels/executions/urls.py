# SPDX-License-Identifier: Apache-2.0
"""The URLs of the panel."""

from django import urls

from protection_dashboard.panels.executions import notification_test
from protection_dashboard.panels.executions import views

urlpatterns = [
    urls.path(
        'notify/',
        notification_test.NotificationTestView.as_view(),
        name='notify',
    ),
    urls.path(
        'notify/<uuid:plan_id>/',
        notification_test.NotificationTestView.as_view(),
        name='notify_plan',
    ),
    urls.path('', views.IndexView.as_view(), name='index'),
    urls.path('<uuid:run_id>/', views.DetailView.as_view(), name='detail'),
    urls.path(
        '<uuid:run_id>/part/',
        views.ExecutionFragmentView.as_view(),
        name='part',
    ),
]
