# SPDX-License-Identifier: Apache-2.0
"""The icons of this package, which each release's Font Awesome has to have."""

import re

from cloud import settings

_PACKAGE = settings.ROOT / 'protection_dashboard'
#: how an icon stands in a class, beside a colour, and in a template
_OURS = re.compile(
    r"(?:icon|CLOCK) = '(?P<attribute>[a-z -]+)'"
    r"|\('(?P<state>[a-z -]+)',\s+'(?:success|danger|warning|info|muted)'"
    r'(?:\)|,\s+_\()'
    r'|class="fa fa-(?P<markup>[a-z -]+)'
)
#: how the font's styles begin what an icon looks like
_THEIRS = re.compile(r'\.fa-([a-z0-9-]+):{1,2}before')


def missing(styles):
    """Those of ours that go by no name of the font's, as they are written."""
    known = set(_THEIRS.findall(styles))
    return sorted(
        written
        for written in _written()
        if known.isdisjoint(written.replace('fa-', '').split())
    )


def _written():
    """``'clock fa-clock-o'``: any of its names will do."""
    files = [*_PACKAGE.rglob('*.py'), *_PACKAGE.rglob('*.html')]
    return {
        match[match.lastgroup]
        for path in files
        for match in _OURS.finditer(path.read_text('utf-8'))
    }
