# SPDX-License-Identifier: Apache-2.0
"""The URLs of the panel."""

from django import urls

from protection_dashboard.panels.admin_health import views

urlpatterns = [urls.path('', views.IndexView.as_view(), name='index')]
