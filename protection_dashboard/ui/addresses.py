# SPDX-License-Identifier: Apache-2.0
"""URLs of pages: the plugin's, and those of other dashboards about resources.

They are cached: Django searches all patterns for each URL, and a page of 20
rows has a hundred of them.
"""

import functools

from django import urls
from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

from protection_dashboard import plugins


def page(name: str, *args: str | int) -> str:
    """The URL of a page, by its name in Horizon's URLconf."""
    return _cached_page(name, args, urls.get_script_prefix())


@functools.lru_cache(maxsize=8192)
def _cached_page(name: str, args: tuple[str | int, ...], prefix: str) -> str:
    return urls.reverse(name, args=args)


def page_or_empty(name: str, *args: str | int) -> str:
    """As ``page``; '' for an id that somebody wrote by hand and fits none."""
    try:
        return page(name, *args)
    except urls.NoReverseMatch:
        return ''


def execution_page(run_id: str) -> str:
    """The URL of an execution's page in the project."""
    return page('horizon:project:protection_executions:detail', run_id)


def resource_page(slug: str, resource_id: str) -> str:
    """The URL of a resource's own page; '' when there is none.

    The dashboard may not be installed, the type may have no page, and an id
    that somebody wrote by hand may fit no URL pattern.
    """
    kind = plugins.protectables().get(slug)
    if not kind or not kind.detail_url or not resource_id:
        return ''
    return page_or_empty(kind.detail_url, resource_id)


def referring_page(request: HttpRequest, fallback: str) -> str:
    """The Referer, if it is a page of this Horizon, else ``fallback``."""
    referer = request.headers.get('Referer', '')
    ours = url_has_allowed_host_and_scheme(
        referer, {request.get_host()}, require_https=request.is_secure()
    )
    return referer if ours else fallback
