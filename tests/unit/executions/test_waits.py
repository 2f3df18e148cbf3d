# SPDX-License-Identifier: Apache-2.0
"""What an execution waits for, with an in-memory protection."""

import dataclasses
import datetime

from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st
import pytest

from protection_dashboard import exceptions
from protection_dashboard.executions import waits
from protection_dashboard.protections import base
from tests.support import in_memory_plugin

OK = {'state': 'ok', 'name': 'a', 'reason': ''}
SKIPPED = {'state': 'skipped', 'name': 'd', 'reason': 'it is gone'}
BAD = {'state': 'failed', 'name': 'b', 'reason': 'quota exceeded'}
ENTRY = {'protection': 'disk_copy', 'type': 'disk', 'id': 'w', 'name': 'web'}
HOUR = 3600
NOT_DELETED = 'The service did not delete it: its status is status'


def poll(*found):
    """The waits after one poll."""
    return waits.poll_waits(in_memory_plugin.CLOUD, list(found))['results']


def point(one_id, **facts):
    return waits.new_wait('point', ENTRY, id=one_id, **facts)


def gone(one_id, **facts):
    return {**waits.wait_for_point({**ENTRY, 'id': one_id}), **facts}


def changed(wait, state, reason='', **facts):
    return {**wait, 'state': state, 'reason': reason, **facts}


@pytest.mark.parametrize(
    ('results', 'line'),
    [
        ([], None),
        ([OK], None),
        ([OK, SKIPPED], None),
        ([SKIPPED], 'Nothing was protected. d: it is gone'),
        ([BAD], 'b: quota exceeded'),
        ([SKIPPED, SKIPPED], 'Nothing was protected. d: it is gone'),
        ([BAD, OK], '1 of 2 failed. b: quota exceeded'),
        ([SKIPPED, BAD], '1 of 2 failed. b: quota exceeded'),
        ([{'state': 'failed', 'name': '', 'reason': 'lost'}], 'lost'),
        ([{'state': 'pending', 'name': 'c', 'reason': 'busy'}], None),
        ([OK, BAD, BAD], '2 of 3 failed. b: quota exceeded'),
    ],
)
def test_a_failure_in_one_line(results, line):
    assert waits.failure_line(results) == line


def test_what_has_ended_is_not_asked_about_again():
    looked = waits.poll_waits(None, [OK, BAD, SKIPPED])
    assert looked['results'] == [OK, BAD, SKIPPED]
    assert looked['summary'] == {'ok': 1, 'failed': 1, 'skipped': 1}
    assert looked['pending'] == 0


def test_a_lost_step_is_a_failure():
    looked = waits.poll_waits(None, [None, OK])
    assert looked['summary'] == {'ok': 1, 'failed': 1, 'skipped': 0}
    assert "Mistral's executor" in looked['failure']


@pytest.mark.parametrize(
    ('told', 'reason'),
    [
        ('Keystone does not answer.', 'Keystone does not answer.'),
        ("Heartbeat wasn't received.", waits.lost_wait({}, None)['reason']),
        ('', waits.lost_wait({}, None)['reason']),
    ],
)
def test_the_sentence_of_a_lost_step_is_its_reason(told, reason):
    looked = waits.poll_waits(None, [told])
    assert looked['results'][0]['reason'] == reason
    assert looked['failure'] == reason


def test_when_nothing_can_be_asked_the_run_waits_on():
    pending = {'state': 'pending', 'name': 'c', 'reason': ''}
    looked = waits.unpolled_waits(
        [OK, None, pending], 'Keystone does not answer'
    )
    assert looked['pending'] == 1
    assert looked['summary'] == {'ok': 1, 'failed': 1, 'skipped': 0}
    assert looked['results'][2]['reason'] == 'Keystone does not answer'
    # a wait that has ended keeps its state
    assert looked['results'][0] == OK
    assert waits.unpolled_waits([BAD], 'No answer.')['results'] == [BAD]


@pytest.mark.parametrize(
    ('hours', 'words'), [(1, 'within 1 hour: '), (23, 'within 23 hours: ')]
)
def test_what_takes_too_long_is_ended_with_that_reason(hours, words):
    pending = {'state': 'pending', 'name': 'c', 'reason': ''}
    day = datetime.timedelta(days=1)
    yesterday = datetime.datetime.now(datetime.UTC) - day
    found = [OK, SKIPPED, pending]
    late = waits.unpolled_waits(
        found, 'No answer.', waits.TimeLimit(yesterday, hours)
    )
    assert late['pending'] == 0
    assert late['summary'] == {'ok': 1, 'failed': 1, 'skipped': 1}
    assert late['results'][2]['reason'] == (
        f'It did not finish {words}the run was ended. No answer.'
    )
    early = waits.unpolled_waits(
        found, '', waits.TimeLimit(yesterday, hours=25)
    )
    assert early['pending'] == 1


@settings(max_examples=30, deadline=None)
@given(
    started=st.integers(0, 2**32),
    zone=st.integers(-12, 12),
    hours=st.integers(1, 8760),
    offset=st.integers(-2, 2),
    state=st.sampled_from(['pending', 'ok', 'failed', 'skipped']),
)
def test_a_run_ends_so_many_hours_after_its_start(
    started, zone, hours, offset, state
):
    clock = datetime.timezone(datetime.timedelta(hours=zone))
    limit = waits.TimeLimit(
        datetime.datetime.fromtimestamp(started, clock), hours
    )
    seconds = started + hours * HOUR + offset
    now = datetime.datetime.fromtimestamp(seconds, datetime.UTC)
    wait = {'state': state, 'name': 'c', 'reason': ''}
    ended = limit.fail_if_over(wait, now) != wait
    assert ended is (state == 'pending' and offset >= 0)


def test_a_run_has_a_day_unless_its_plan_says_otherwise():
    limit = waits.TimeLimit(in_memory_plugin.CREATED)
    assert limit.end == in_memory_plugin.CREATED + datetime.timedelta(days=1)
    told = limit.fail_if_over(point('a'), limit.end)
    assert told['state'] == 'failed'
    assert told['reason'] == (
        'It did not finish within 24 hours: the run was ended.'
    )


def test_a_wait_tells_what_it_is_for():
    assert point('a') == {
        'wait': 'point',
        'protection': 'disk_copy',
        'type': 'disk',
        'resource_id': 'w',
        'name': 'web',
        'id': 'a',
        'state': 'pending',
        'reason': '',
    }
    skipped = waits.new_wait('point', ENTRY, state='skipped', reason='busy')
    assert skipped == changed(point(''), 'skipped', 'busy')


def test_a_wait_that_a_point_goes_needs_its_id_and_its_protection_only():
    least = waits.wait_for_point({'protection': 'disk_copy', 'id': 'a'})
    assert least == {
        'wait': 'gone',
        'protection': 'disk_copy',
        'type': '',
        'resource_id': '',
        'name': '',
        'id': '',
        'state': 'pending',
        'reason': '',
        'point': 'a',
    }
    told = {'resource_type': 'disk', 'resource_id': 'w', 'name': 'web'}
    full = waits.wait_for_point(
        {'protection': 'disk_copy', 'id': 'a', **told}, 'resource'
    )
    facts = {'type': 'disk', 'resource_id': 'w', 'name': 'web'}
    assert full == {**least, **facts, 'wait': 'resource'}


def test_a_step_that_gave_no_wait_is_a_failure_without_a_name():
    (result,) = waits.abandoned_waits([None])['results']
    nothing = {'protection': '', 'type': '', 'resource_id': '', 'name': ''}
    assert result == {
        'wait': 'point',
        **nothing,
        'id': '',
        'state': 'failed',
        'reason': waits.lost_wait({}, '')['reason'],
    }


@pytest.mark.parametrize(
    ('told', 'is_lost'),
    [
        (None, True),
        ({}, True),
        ('', True),
        ("Heartbeat wasn't received.", True),
        ('Quota exceeded.', False),
    ],
)
def test_mistral_knows_no_more_of_a_lost_step(told, is_lost):
    assert waits.is_lost_step(told) is is_lost


def test_nobody_waits_any_more_for_what_was_given_up():
    pending = {'state': 'pending', 'name': 'c', 'reason': 'busy'}
    found = waits.abandoned_waits([OK, pending, BAD])
    assert found == {
        'pending': 0,
        'results': [OK, pending, BAD],
        'summary': {'ok': 1, 'failed': 1, 'skipped': 0},
        'failure': '1 of 3 failed. b: quota exceeded',
    }


def test_the_results_keep_the_order_of_the_waits(copies):
    copies.keep(
        in_memory_plugin.copy('a'),
        in_memory_plugin.copy('b', state=base.PENDING),
    )
    found = poll(point('b'), OK, point('a'), gone('c', after=['b']), BAD)
    assert [one['state'] for one in found] == [
        'pending',
        'ok',
        'ok',
        'ok',
        'failed',
    ]


@pytest.mark.parametrize(
    ('service', 'state', 'reason'),
    [
        (base.PENDING, 'pending', ''),
        (base.AVAILABLE, 'ok', ''),
        (base.ERROR, 'failed', 'Disks reports the status status error.'),
    ],
)
def test_a_point_is_made_as_its_service_tells(copies, service, state, reason):
    copies.keep(in_memory_plugin.copy('a', state=service))
    wait = point('token:a', reason='No answer.')
    assert poll(wait) == [changed(wait, state, reason, id='a')]


@pytest.mark.parametrize(
    ('service', 'state', 'reason'),
    [
        (base.PENDING, 'pending', ''),
        (base.AVAILABLE, 'ok', ''),
        (base.ERROR, 'failed', 'Its status is error.'),
    ],
)
def test_a_resource_is_restored_as_its_service_tells(
    disks, service, state, reason
):
    disks.keep(in_memory_plugin.disk('new', service, name='web restored'))
    wait = waits.new_wait(
        'resource', ENTRY, id='token:new', reason='No answer.'
    )
    made = {'id': 'new', 'name': 'web restored'}
    assert poll(wait) == [changed(wait, state, reason, **made)]


@pytest.mark.parametrize(
    ('error', 'state', 'reason'),
    [
        (exceptions.NotFound("No."), 'failed', 'It was deleted meanwhile.'),
        (exceptions.Absent("No."), 'failed', 'No.'),
        (exceptions.Refused("No."), 'failed', 'No.'),
        (exceptions.Unavailable("No."), 'pending', 'No.'),
        (exceptions.Busy("No."), 'pending', 'No.'),
    ],
)
def test_only_an_outage_of_a_service_may_pass(copies, error, state, reason):
    copies.errors['a'] = error
    assert poll(point('a')) == [changed(point('a'), state, reason)]


def test_a_lost_login_says_nothing_of_what_was_begun(copies):
    copies.errors['a'] = exceptions.NotAuthorized("No.")
    with pytest.raises(exceptions.NotAuthorized):
        poll(point('a'))


@pytest.mark.parametrize('make', [point, gone])
def test_what_needs_a_protection_that_is_not_installed_says_so(make):
    wait = {**make('a'), 'protection': 'uninstalled'}
    (ended,) = poll(wait)
    assert ended['state'] == 'failed'
    assert 'uninstalled is not installed here' in ended['reason']


def test_a_point_is_told_to_go_until_its_service_knows_of_it(copies):
    copies.keep(in_memory_plugin.copy('a'))
    (asked,) = poll(gone('a'))
    assert asked == {**gone('a'), 'id': 'token:a'}
    assert poll(asked) == [asked]
    assert poll(asked) == [changed(asked, 'ok')]
    assert copies.going == ['a']


@pytest.mark.parametrize('status', [base.AVAILABLE, base.ERROR])
def test_a_point_that_does_not_go_is_a_failure(copies, status):
    copies.keep(in_memory_plugin.copy('a'))
    (asked,) = poll(gone('a'))
    copies.keep(dataclasses.replace(copies.known['a'], state=status))
    why = f'{NOT_DELETED} available.'
    assert poll(asked) == [changed(asked, 'failed', why)]


def test_a_point_goes_once_its_increments_are_gone(copies):
    copies.keep(
        in_memory_plugin.copy('full'), in_memory_plugin.copy('one', 'full')
    )
    found = [gone('full', after=['one']), gone('one')]
    found = poll(*found)
    assert [one['id'] for one in found] == ['', 'token:one']
    found = poll(*found)
    assert [one['state'] for one in found] == ['pending', 'pending']
    assert copies.going == ['one']
    # in one poll: the increment is gone, so its parent is deleted
    found = poll(*found)
    assert [one['state'] for one in found] == ['pending', 'ok']
    assert copies.going == ['one', 'full']


def test_a_point_does_not_wait_for_an_increment_that_stays(copies):
    copies.keep(in_memory_plugin.copy('full'))
    stays = changed(gone('one'), 'failed', 'It is locked.')
    found = poll(gone('full', after=['one']), stays)
    assert found[1] == stays
    assert found[0]['id'] == 'token:full'


def test_points_that_are_made_are_no_increments_on_their_way_out(copies):
    copies.keep(in_memory_plugin.copy('new', state=base.PENDING))
    copies.keep(in_memory_plugin.copy('full'))
    made = point('new', point='one')
    found = poll(gone('full', after=['one']), made)
    assert [one['id'] for one in found] == ['token:full', 'new']
