# SPDX-License-Identifier: Apache-2.0
"""What it means to delete chosen points is said before it is done."""

import pytest

from protection_dashboard import deletions
from protection_dashboard import exceptions
from protection_dashboard.protections import base
from tests.unit import copies


def ids(points):
    return [point.id for point in points]


def test_the_last_good_copy_is_named():
    old, new, failed = (
        copies.point('2026-11-20T02:30', id='old'),
        copies.point('2026-11-21T02:30', id='new'),
        copies.point('2026-11-21T03:30', base.ERROR, id='failed'),
    )
    every = [failed, new, old]
    assert deletions.of([new], every, ()).last == ()
    both = deletions.of([old, new], every, ())
    assert (ids(both.going), both.last) == (
        ['new', 'old'],
        (('volume', 'web'),),
    )
    assert deletions.of([failed], every, ()).last == ()


def test_what_is_pinned_busy_or_needed_stays():
    full = copies.point('2026-11-19T02:30', id='full')
    later = copies.point('2026-11-20T02:30', id='later', parent='full')
    pinned = copies.point('2026-11-18T02:30', id='pinned')
    busy = copies.point('2026-11-21T02:30', base.PENDING, id='busy')
    every = [busy, later, full, pinned]
    found = deletions.of([full, pinned, busy], every, {'pinned'})
    assert found.going == ()
    assert set(ids(found.staying)) == {'full', 'pinned', 'busy'}
    both = deletions.of([full, later], every, ())
    assert ids(both.going) == ['later', 'full']


@pytest.mark.parametrize(
    ('count', 'errors', 'grave'),
    [(10, (), False), (11, (), True), (1, (exceptions.Unavailable(),), True)],
)
def test_it_asks_for_more_than_a_click(count, errors, grave):
    every = copies.daily(12)
    found = deletions.of(every[:count], every, (), errors)
    assert (len(found.going), found.is_grave) == (count, grave)


def test_other_points_have_another_digest():
    every = copies.daily(3)
    one, two = (deletions.of(every[:n], every, ()) for n in (1, 2))
    again = deletions.of(every[:2][::-1], every, ())
    assert one.digest != two.digest == again.digest
