# SPDX-License-Identifier: Apache-2.0
"""What tests keep of a user is younger than the user's token."""

import itertools

from tests.support.renewal import renewed


def numbered():
    """A function that gives another number each time, of its argument."""
    numbers = itertools.count()
    return lambda name: (name, next(numbers))


def test_what_is_young_stays_for_each_argument():
    get = renewed(numbered())
    assert get('demo') == get('demo') == ('demo', 0)
    assert get('alt') == ('alt', 1)


def test_what_is_old_is_made_anew():
    get = renewed(numbered(), age=0)
    assert [get('demo'), get('demo')] == [('demo', 0), ('demo', 1)]
