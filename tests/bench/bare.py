# SPDX-License-Identifier: Apache-2.0
"""Horizon's layout with nothing in it: what no page can be below."""

from django import urls
import horizon
from horizon import views


class Panel(horizon.Panel):
    name = "Bare"
    slug = 'bench_bare'
    urls = 'bare'


class IndexView(views.HorizonTemplateView):
    template_name = 'base.html'
    page_title = "Bare"


urlpatterns = [urls.path('', IndexView.as_view(), name='index')]
