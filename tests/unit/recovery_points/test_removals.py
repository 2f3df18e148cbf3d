# SPDX-License-Identifier: Apache-2.0
"""Recovery points on their way out, as far as that needs no cloud."""

import datetime
import itertools

import pytest

from protection_dashboard.recovery_points import deletion_order
from protection_dashboard.recovery_points import removals

NOW = datetime.datetime.now(datetime.UTC)


def removal(name, after=(), state='pending', until=NOW + removals.LIMIT):
    return {
        'id': name,
        'after': list(after),
        'state': state,
        'until': until.isoformat(),
        'token': '',
        'why': '',
    }


def stand(*found):
    return removals.go_on(None, 'plan', list(found))


def test_what_has_ended_is_not_asked_about_again():
    gone, stays = removal('a', state='removed'), removal('b', state='failed')
    told = stand(gone, stays)
    assert told['removals'] == [gone, stays]
    assert (told['pending'], told['removed']) == (0, {'removed': 1})


def test_a_parent_stays_when_its_increment_could_not_go():
    told = stand(
        removal('full', after=['one']),
        removal('one', after=['two']),
        removal('two', state='failed'),
    )
    assert [one['state'] for one in told['removals']] == ['failed'] * 3
    assert told['removals'][0]['why'] == (
        'An increment of it could not be removed.'
    )


@pytest.mark.parametrize(
    ('found', 'order'),
    [
        ([removal('a'), removal('b')], 'ab'),
        ([removal('a', 'b'), removal('b', 'c'), removal('c')], 'cba'),
        ([removal('a', 'bc'), removal('b'), removal('c', 'b')], 'bca'),
        # what a service should never tell of
        ([removal('a', 'b'), removal('b', 'a')], 'ab'),
    ],
)
def test_increments_go_first(found, order):
    ordered = itertools.chain(*deletion_order.groups(found, key='id'))
    assert ''.join(one['id'] for one in ordered) == order
