# SPDX-License-Identifier: Apache-2.0
"""How many resources the selectors of plans match today."""

import functools

from protection_dashboard import plugins
from protection_dashboard.common import concurrency
from protection_dashboard.plans import selection


def counts(cloud, documents):
    """``{plan id: count}`` of the plans whose selectors can be resolved.

    One call for each type that any selector names, none without selectors.
    """
    some = [one for one in documents if one.get('selectors')]
    slugs = {one['type'] for told in some for one in told['selectors']}
    calls = {slug: functools.partial(_list, cloud, slug) for slug in slugs}
    found, _errors = concurrency.gather(calls, dict.fromkeys(calls))
    missing = {slug for slug, listed in found.items() if listed is None}
    return {
        told['id']: _count(told, found)
        for told in some
        if missing.isdisjoint(one['type'] for one in told['selectors'])
    }


def _list(cloud, slug):
    return plugins.protectable(slug).list(cloud)


def _count(document, found):
    listed = [one for some in found.values() for one in some or ()]
    exclusions = document.get('exclusions', [])
    return len(selection.matches(listed, document['selectors'], exclusions))
