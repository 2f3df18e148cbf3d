# SPDX-License-Identifier: Apache-2.0
"""The addresses of the panel."""

from django import urls

from protection_dashboard.panels.executions import detail
from protection_dashboard.panels.executions import notification_test
from protection_dashboard.panels.executions import views

urlpatterns = [
    *notification_test.urlpatterns,
    urls.path('', views.SearchView.as_view(), name='index'),
    urls.path('<uuid:run_id>/', detail.DetailView.as_view(), name='detail'),
    urls.path(
        '<uuid:run_id>/part/',
        detail.ExecutionFragmentView.as_view(),
        name='part',
    ),
]
