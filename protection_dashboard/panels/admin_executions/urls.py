# SPDX-License-Identifier: Apache-2.0
"""The URLs of the panel."""

from django import urls

from protection_dashboard.panels.admin_executions import views

_ONE = '<uuid:run_id>/'
urlpatterns = [
    urls.path('', views.IndexView.as_view(), name='index'),
    urls.path(_ONE, views.DetailView.as_view(), name='detail'),
    urls.path(
        _ONE + 'part/',
        views.AdminExecutionFragmentView.as_view(),
        name='part',
    ),
]
