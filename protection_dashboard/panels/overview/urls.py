# SPDX-License-Identifier: Apache-2.0
"""The URLs of the panel."""

from django import urls

from protection_dashboard.panels.overview import exemptions
from protection_dashboard.panels.overview import freshness
from protection_dashboard.panels.overview import orphans
from protection_dashboard.panels.overview import protect_selected
from protection_dashboard.panels.overview import views

urlpatterns = [
    urls.path('orphans/', orphans.OrphansView.as_view(), name='orphans'),
    urls.path(
        'orphans/<slug:kind>/',
        orphans.CleanOrphansView.as_view(),
        name='orphans_clean',
    ),
    urls.path('', views.IndexView.as_view(), name='index'),
    urls.path(
        'freshness/', freshness.FreshnessView.as_view(), name='freshness'
    ),
    urls.path(
        'not-needed/', exemptions.ExemptionsView.as_view(), name='unneeded'
    ),
    urls.path(
        'not-needed/mark/', exemptions.ExemptionView.as_view(), name='mark'
    ),
    urls.path(
        'protect/',
        protect_selected.ProtectSelectedView.as_view(),
        name='protect',
    ),
]
