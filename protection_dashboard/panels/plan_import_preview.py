# SPDX-License-Identifier: Apache-2.0
"""What an import would make or change."""

from django.utils.translation import gettext

from protection_dashboard import plan_changes
from protection_dashboard import selectors
from protection_dashboard.panels import plan_facts
from protection_dashboard.panels import previews
from protection_dashboard.panels import promises

MOST = 20


def of(cloud, data, now):
    """``data`` is that of a clean ImportForm."""
    document, old = data['document'], data['replaces']
    chosen, failed = selectors.today(cloud, document)
    wrong = [one for one in [*chosen, *failed] if one.reason]
    return {
        'name': document['name'],
        'changes': old and _changes(old.document, document),
        'protects': plan_facts.protects(document),
        'excludes': plan_facts.excludes(document),
        'methods': plan_facts.methods(document),
        'skipped': [(o.entry['name'], o.reason) for o in wrong[:MOST]],
        'more': max(0, len(wrong) - MOST),
        'schedules': [
            previews.of_wish(wish, now) for wish in document['schedules']
        ],
        'promise': promises.promise(cloud, document, now),
    }


def _changes(old, new):
    found = plan_changes.differences(old, new, plan_changes.IMPORTED)
    return [words.text(gettext) for words in found] or [gettext("Nothing.")]
