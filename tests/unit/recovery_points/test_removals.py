# SPDX-License-Identifier: Apache-2.0
"""The removal of recovery points, with an in-memory protection."""

import dataclasses
import datetime
import itertools

from hypothesis import HealthCheck
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st
import pytest

from protection_dashboard import exceptions
from protection_dashboard.common import clock
from protection_dashboard.protections import base
from protection_dashboard.recovery_points import deletion_order
from protection_dashboard.recovery_points import (
    deletion_order as recovery_point_deletion_order,
)
from protection_dashboard.recovery_points import removals
from tests.support import in_memory_plugin

NOW = datetime.datetime.now(datetime.UTC)
SECOND = datetime.timedelta(seconds=1)
LEFT = 'An increment of it could not be removed.'


def removal(
    name, after=(), state='pending', until=NOW + removals.REMOVAL_LIMIT
):
    return {
        'protection': 'disk_copy',
        'id': name,
        'after': list(after),
        'state': state,
        'until': until.isoformat(),
        'token': '',
        'why': '',
    }


def stand(*found):
    return removals.continue_removals(
        in_memory_plugin.CLOUD, in_memory_plugin.PLAN, list(found)
    )


def begin(one):
    return removals.begin_removal(
        in_memory_plugin.CLOUD, in_memory_plugin.PLAN, one
    )


def gone_on(one):
    """The removal after another call of continue_removals."""
    (found,) = stand(one)['removals']
    return found


def test_the_removal_of_a_point_tells_what_goes_and_why():
    before = clock.now()
    made = removals.new_removal(
        in_memory_plugin.copy('a', 'full'),
        resource='Web',
        reason='old',
        after=['b'],
    )
    until = datetime.datetime.fromisoformat(made.pop('until'))
    assert before <= until - removals.REMOVAL_LIMIT <= clock.now()
    assert made == {
        'protection': 'disk_copy',
        'id': 'a',
        'name': 'copy a',
        'type': 'disk',
        'resource_id': 'web',
        'resource': 'Web',
        'reason': 'old',
        'after': ['b'],
        'token': '',
        'state': 'pending',
        'why': '',
    }


def test_removals_are_counted_by_how_they_stand():
    found = [
        removal('a'),
        removal('b', state='removed'),
        removal('c', state='failed'),
        removal('d'),
        removal('e', state='removed'),
        removal('f', state='removed'),
    ]
    assert removals.removal_status(found, ("No answer.",)) == {
        'pending': 2,
        'removals': found,
        'removed': {'removed': 3},
        'troubles': ["No answer."],
    }
    assert removals.removal_status([])['troubles'] == []


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
    assert told['removals'][0]['why'] == LEFT
    assert told['removals'][1]['why'] == LEFT
    assert told['removals'][2]['why'] == ''


def test_one_increment_that_stays_is_enough(copies):
    copies.keep(
        in_memory_plugin.copy('full'), in_memory_plugin.copy('going', 'full')
    )
    told = stand(
        removal('full', after=['going', 'left', 'gone']),
        removal('going'),
        removal('left', state='failed'),
        removal('gone', state='removed'),
    )
    states = [one['state'] for one in told['removals']]
    assert states == ['failed', 'pending', 'failed', 'removed']


@pytest.mark.parametrize(
    ('found', 'order'),
    [
        ([removal('a'), removal('b')], 'ab'),
        ([removal('a', 'b'), removal('b', 'c'), removal('c')], 'cba'),
        ([removal('a', 'bc'), removal('b'), removal('c', 'b')], 'bca'),
        # no service should ever report this
        ([removal('a', 'b'), removal('b', 'a')], 'ab'),
        ([removal('a', 'a'), removal('b')], 'ba'),
    ],
)
def test_increments_go_first(found, order):
    ordered = itertools.chain(*deletion_order.deletion_groups(found, key='id'))
    assert ''.join(one['id'] for one in ordered) == order


def test_points_side_by_side_are_one_group():
    first, second = removal('a'), removal('b')
    full, lonely = removal('full', 'ab'), {'id': 'lonely'}
    found = recovery_point_deletion_order.deletion_groups(
        [full, first, second, lonely], key='id'
    )
    assert list(found) == [[first, second, lonely], [full]]
    assert (
        list(recovery_point_deletion_order.deletion_groups([], key='id')) == []
    )
    # nothing waits for a wait that has no point
    assert list(
        recovery_point_deletion_order.deletion_groups(
            [{'after': ['a']}, {}], key='id'
        )
    ) == [[{'after': ['a']}, {}]]


@st.composite
def chains(draw):
    """``[number of the parent or None]`` for each point, parents first."""
    count = draw(st.integers(1, 6))
    return [
        draw(st.one_of(st.none(), st.integers(0, number - 1)))
        if number
        else None
        for number in range(count)
    ]


def depth(parents, number):
    """The length of the chain of points that build on one."""
    children = [n for n, parent in enumerate(parents) if parent == number]
    return max((1 + depth(parents, n) for n in children), default=0)


def all_of(parents):
    return [
        removal(
            str(number),
            [str(n) for n, parent in enumerate(parents) if parent == number],
        )
        for number in range(len(parents))
    ]


@settings(max_examples=20, deadline=None)
@given(chains(), st.randoms(use_true_random=False))
def test_a_group_is_as_deep_as_its_increments(parents, random):
    found = all_of(parents)
    random.shuffle(found)
    for number, group in enumerate(
        recovery_point_deletion_order.deletion_groups(found, key='id')
    ):
        assert {depth(parents, int(one['id'])) for one in group} == {number}
        found = [one for one in found if one not in group]
    assert found == []


@settings(
    max_examples=20,
    deadline=None,
    # each example empties it
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(parents=chains(), random=st.randoms(use_true_random=False))
def test_a_service_never_has_to_refuse(copies, parents, random):
    copies.empty()
    for number, parent in enumerate(parents):
        above = '' if parent is None else str(parent)
        copies.keep(in_memory_plugin.copy(str(number), above))
    found = all_of(parents)
    random.shuffle(found)
    names = [one['id'] for one in found]
    found = [begin(one) for one in found]
    leaves = {n for n in names if not depth(parents, int(n))}
    assert set(copies.going) == leaves
    # each is deleted, polled while that lasts, and found to be gone
    for _look in range(2 * len(parents) + 1):
        told = removals.continue_removals(
            in_memory_plugin.CLOUD, in_memory_plugin.PLAN, found
        )
        found = told['removals']
    assert [one['id'] for one in found] == names
    assert {one['state'] for one in found} == {'removed'}
    assert (told['pending'], copies.known) == (0, {})
    assert sorted(copies.going) == sorted(names)


def test_a_removal_begins_when_its_service_knows_of_it(copies):
    copies.keep(in_memory_plugin.copy('a'))
    begun = begin(removal('a'))
    assert begun == {**removal('a'), 'token': 'token:a'}
    assert copies.going == ['a']
    # its deletion has begun
    assert gone_on(begun) == begun
    assert gone_on(begun) == {**begun, 'state': 'removed'}
    assert copies.going == ['a']


def test_what_others_go_before_waits(copies):
    copies.keep(in_memory_plugin.copy('full'))
    waiting = removal('full', after=['one'])
    assert begin(waiting) == waiting
    assert copies.going == []
    # without a removal of the point 'one' there is nothing to wait for
    assert gone_on(waiting)['token'] == 'token:full'


def test_what_goes_before_is_waited_for_as_long_as_it_goes(copies):
    copies.keep(
        in_memory_plugin.copy('full'), in_memory_plugin.copy('one', 'full')
    )
    both = [removal('full', after=['one']), removal('one')]
    both = stand(*both)['removals']
    assert [one['token'] for one in both] == ['', 'token:one']
    both = stand(*both)['removals']
    assert [one['state'] for one in both] == ['pending', 'pending']
    both = stand(*both)['removals']
    assert [one['state'] for one in both] == ['pending', 'removed']
    assert both[0]['token'] == 'token:full'


def test_a_point_that_its_service_does_not_know_is_gone(copies):
    told = {**removal('a'), 'why': 'No answer.'}
    assert begin(told) == {**removal('a'), 'state': 'removed'}
    assert gone_on(told) == {**removal('a'), 'state': 'removed'}


def test_a_point_of_a_protection_that_is_not_installed_is_not_gone():
    lost = {**removal('a'), 'protection': 'uninstalled'}
    for ended in (begin(lost), gone_on({**lost, 'token': 'token:a'})):
        assert ended['state'] == 'failed'
        assert 'uninstalled is not installed here' in ended['why']


@pytest.mark.parametrize(
    ('mark', 'execution', 'why'),
    [
        (base.Mark(plan='p', execution='e'), 'other', ''),
        (base.Mark(plan='p', execution='e'), '', ''),
        (base.Mark(plan='p'), '', ''),
        (base.Mark(plan='p', execution='e'), 'e', 'This run has made it.'),
        (
            base.Mark(plan='q', execution='e'),
            'e',
            "It does not carry this plan's mark any more.",
        ),
        (base.Mark(), 'e', "It does not carry this plan's mark any more."),
    ],
)
def test_only_the_plan_s_own_points_of_earlier_runs_go(mark, execution, why):
    assert removals.reason_to_keep(mark, 'p', execution) == why


@pytest.mark.parametrize(
    ('facts', 'why'),
    [
        ({'execution': in_memory_plugin.RUN}, 'This run has made it.'),
        ({'plan': ''}, "It does not carry this plan's mark any more."),
    ],
)
def test_a_point_is_looked_at_once_more_before_it_goes(copies, facts, why):
    copies.keep(in_memory_plugin.copy('a', **facts))
    failed = {**removal('a'), 'state': 'failed', 'why': why}
    assert begin(removal('a')) == failed
    assert gone_on(removal('a')) == failed
    assert copies.going == []


def test_a_point_that_its_service_works_on_is_asked_to_go_later(copies):
    copies.keep(in_memory_plugin.copy('a', state=base.PENDING))
    assert begin(removal('a')) == removal('a')
    assert gone_on(removal('a')) == removal('a')
    assert copies.going == []
    copies.keep(in_memory_plugin.copy('a'))
    assert gone_on(removal('a'))['token'] == 'token:a'


def test_a_point_that_failed_goes_too(copies):
    copies.keep(in_memory_plugin.copy('a', state=base.ERROR))
    assert begin(removal('a'))['token'] == 'token:a'


def test_a_service_that_does_not_delete_a_point_is_quoted(copies):
    copies.keep(in_memory_plugin.copy('a'))
    begun = begin(removal('a'))
    copies.keep(dataclasses.replace(copies.known['a'], state=base.ERROR))
    failed = gone_on(begun)
    assert failed == {
        **begun,
        'state': 'failed',
        'why': 'The service did not delete it: its status is '
        'status available.',
    }


@pytest.mark.parametrize(
    ('error', 'state'),
    [
        (exceptions.Refused("It is locked."), 'failed'),
        (exceptions.Absent("It is locked."), 'failed'),
        (exceptions.Unavailable("It is locked."), 'pending'),
        (exceptions.Busy("It is locked.", 5), 'pending'),
        (exceptions.NotAuthorized("It is locked."), 'pending'),
    ],
)
def test_only_an_outage_of_a_service_may_pass(copies, error, state):
    copies.errors['a'] = error
    told = {**removal('a'), 'state': state, 'why': "It is locked."}
    assert begin(removal('a')) == told
    assert gone_on(removal('a')) == told


def test_what_an_earlier_look_has_begun_is_concluded(copies):
    """The answer with its token got lost."""
    copies.keep(in_memory_plugin.copy('a'))
    begin(removal('a'))
    assert gone_on(removal('a'))['state'] == 'removed'
    assert copies.going == ['a']


@pytest.mark.parametrize(
    ('state', 'seconds', 'ends'),
    [
        ('pending', -1, False),
        ('pending', 0, True),
        ('pending', 1, True),
        ('removed', 1, False),
        ('failed', 1, False),
    ],
)
def test_what_is_not_gone_within_the_limit_has_failed(state, seconds, ends):
    one = removal('a', state=state, until=NOW)
    found = removals.failed_if_overdue(one, NOW + seconds * SECOND)
    why = "It was not gone within 10 minutes."
    failed = {**one, 'state': 'failed', 'why': why}
    assert found == (failed if ends else one)


def test_the_last_that_was_heard_is_told(copies):
    copies.errors['a'] = exceptions.Unavailable("No answer.")
    late = removal('a', until=NOW - SECOND)
    assert gone_on(late) == {
        **late,
        'state': 'failed',
        'why': "It was not gone within 10 minutes. No answer.",
    }
