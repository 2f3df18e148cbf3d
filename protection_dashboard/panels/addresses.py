# SPDX-License-Identifier: Apache-2.0
"""Addresses of the pages of other dashboards that show a resource."""

from django import urls

from protection_dashboard import plugins


def of_resource(slug, resource_id):
    """The resource's own page; '' when there is none.

    The dashboard that has it may not be installed, the kind may have no
    page, and an id that somebody wrote by hand may fit no address.
    """
    kind = plugins.protectables().get(slug)
    if not kind or not kind.detail_url or not resource_id:
        return ''
    try:
        return urls.reverse(kind.detail_url, args=(resource_id,))
    except urls.NoReverseMatch:
        return ''
