# SPDX-License-Identifier: Apache-2.0
"""Cursors of a merged list in an address: ``slug.offset`` pairs."""

import re

_SEPARATOR_PATTERN = re.compile(r'([a-z_]+)\.(\d{1,9})')


def cursor_text(cursor):
    """``{'volume_snapshot': 20}`` as ``volume_snapshot.20``."""
    return '-'.join(f'{slug}.{at}' for slug, at in (cursor or {}).items())


def parse_cursor(text):
    """The cursor of an address; what is none of ours counts for nothing."""
    return {
        slug: int(at) for slug, at in _SEPARATOR_PATTERN.findall(text or '')
    }
