# SPDX-License-Identifier: Apache-2.0
"""What an import would make or change."""

from django.utils.translation import gettext

from protection_dashboard.forms import retention_preview
from protection_dashboard.forms import schedule_preview
from protection_dashboard.panels.shared import plan_facts
from protection_dashboard.plans import diff as plan_diff
from protection_dashboard.plans import selection

MOST = 20


def of(cloud, data, now):
    """``data`` is that of a clean ImportForm."""
    document, old = data['document'], data['replaces']
    chosen, failed = selection.today(cloud, document)
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
            schedule_preview.of_wish(wish, now)
            for wish in document['schedules']
        ],
        'promise': retention_preview.promise(cloud, document, now),
    }


def _changes(old, new):
    found = plan_diff.differences(old, new, plan_diff.IMPORTED)
    return [words.text(gettext) for words in found] or [gettext("Nothing.")]
