# SPDX-License-Identifier: Apache-2.0
"""Cursors of the merged list of points, as text in a URL.

A cursor is ``{slug of a protection: offset in its list}``.
"""

import re

_SEPARATOR_PATTERN = re.compile(r'([a-z_]+)\.(\d{1,9})')


def cursor_text(cursor):
    """``{'volume_snapshot': 20}`` as ``volume_snapshot.20``."""
    return '-'.join(f'{slug}.{at}' for slug, at in (cursor or {}).items())


def parse_cursor(text):
    """The cursor that a URL contains; what is no cursor is ignored."""
    return {
        slug: int(at) for slug, at in _SEPARATOR_PATTERN.findall(text or '')
    }
