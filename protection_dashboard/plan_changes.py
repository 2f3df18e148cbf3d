# SPDX-License-Identifier: Apache-2.0
"""What differs between two documents of a plan, in words."""

from protection_dashboard.words import Words

#: what the form of a plan edits; schedules and pins have actions of their own
EDITED = (
    'name',
    'description',
    'resources',
    'methods',
    'selectors',
    'exclusions',
    'retention',
    'notification',
    'time_limit',
)


def differences(old, new):
    """``Words`` for each part of a plan that differs; [] when none does."""
    return [Words(part) for part in EDITED if old.get(part) != new.get(part)]
