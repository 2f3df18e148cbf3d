# SPDX-License-Identifier: Apache-2.0
"""Time zones that a form offers."""

import functools
import zoneinfo


@functools.cache
def _names():
    # what has no region ('EST5EDT', 'Singapore') only repeats what has one
    return sorted(z for z in zoneinfo.available_timezones() if '/' in z)


def choices(first):
    """Choices for a select: the user's own zone, UTC, then all by name."""
    names = dict.fromkeys((first, 'UTC', *_names()))
    return [(name, name.replace('_', ' ')) for name in names]
