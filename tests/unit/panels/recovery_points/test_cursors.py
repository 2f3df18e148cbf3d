# SPDX-License-Identifier: Apache-2.0
"""Places in the merged list of recovery points, as an address names them."""

import pytest

from protection_dashboard.panels.recovery_points import cursors

CURSORS = [
    {},
    {'volume_snapshot': 0},
    {'volume_snapshot': 20},
    {'volume_snapshot': 20, 'share_snapshot': 0, 'freezer': 123},
]


@pytest.mark.parametrize('cursor', CURSORS)
def test_a_place_comes_back_as_it_was(cursor):
    assert cursors.parse_cursor(cursors.cursor_text(cursor)) == cursor


@pytest.mark.parametrize('text', ['', None, 'x', '-', '1.1', 'a.', '.3'])
def test_what_is_no_place_counts_for_nothing(text):
    assert cursors.parse_cursor(text) == {}


def test_a_place_may_be_far_but_not_without_end():
    assert cursors.parse_cursor('volume_snapshot.999999999') == {
        'volume_snapshot': 999_999_999
    }
    assert (
        cursors.parse_cursor('volume_snapshot.' + '9' * 30)['volume_snapshot']
        < 1e9
    )


def test_no_place_at_all_is_empty():
    assert cursors.cursor_text(None) == ''
