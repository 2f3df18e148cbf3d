# SPDX-License-Identifier: Apache-2.0
"""Back to the page from which a dialog or a button was used."""

from django.utils.http import url_has_allowed_host_and_scheme


def address(request, fallback):
    """Where the browser says it was, if that is a page of this Horizon."""
    came_from = request.headers.get('Referer', '')
    ours = url_has_allowed_host_and_scheme(
        came_from, {request.get_host()}, require_https=request.is_secure()
    )
    return came_from if ours else fallback
