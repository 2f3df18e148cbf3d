# SPDX-License-Identifier: Apache-2.0
"""What a plan's retention removes, with an in-memory protection."""

import datetime

import pytest

from protection_dashboard import exceptions
from protection_dashboard.common.references import ResourceRef
from protection_dashboard.recovery_points import fetch as point_fetch
from protection_dashboard.recovery_points import pruning
from protection_dashboard.recovery_points import removals
from tests.support import in_memory_plugin

CLOUD = in_memory_plugin.CLOUD
DAY = datetime.timedelta(days=1)
WEB = ('disk', 'web')
NAMES = {WEB: 'Web'}


@pytest.fixture
def chain(copies):
    """A protection with a chain of three points, and some not of the plan."""
    copies.keep(
        copy('new', 0),
        copy('c', 3, 'b'),
        copy('b', 4, 'full'),
        copy('full', 5),
        copy('by hand', 6, plan=''),
        copy('elsewhere', 7, resource_id='db'),
    )
    return copies


def copy(copy_id, age, parent='', **facts):
    created = in_memory_plugin.CREATED - age * DAY
    return in_memory_plugin.copy(copy_id, parent, created=created, **facts)


def document(zone='UTC', **facts):
    schedule = {'id': 's', 'pattern': '0 3 * * *', 'zone': zone}
    return {'id': in_memory_plugin.PLAN, 'schedules': [schedule], **facts}


LAST = {'last': 1}


def ids(points):
    return [one.id for one in points]


def test_points_are_those_of_the_named_resources(chain):
    found, errors = point_fetch.fetch_points_of_resources(CLOUD, {WEB})
    assert ids(found) == ['new', 'c', 'b', 'full', 'by hand']
    assert errors == []
    both, errors = point_fetch.fetch_points_of_resources(
        CLOUD, [WEB, ('disk', 'db')]
    )
    assert ids(both) == [*ids(found), 'elsewhere']
    assert point_fetch.fetch_points_of_resources(CLOUD, []) == ([], [])


@pytest.mark.parametrize(('count', 'failing'), [(5, 'r4'), (6, None)])
def test_many_resources_cost_one_list(chain, count, failing):
    resources = [('disk', f'r{number}') for number in range(count)]
    chain.keep(copy('one', 0, resource_id='r0'))
    chain.errors[failing] = exceptions.Unavailable('No answer.')
    found, errors = point_fetch.fetch_points_of_resources(CLOUD, resources)
    assert ids(found) == (['one'] if failing else [])
    assert [str(error) for error in errors] == ['No answer.']


def test_of_one_list_only_the_named_resources_count(chain):
    resources = [WEB, *(('disk', f'r{number}') for number in range(5))]
    found, _errors = point_fetch.fetch_points_of_resources(CLOUD, resources)
    assert ids(found) == ['new', 'c', 'b', 'full', 'by hand']


def test_a_service_that_the_cloud_lacks_is_not_asked(chain):
    assert point_fetch.fetch_points_of_resources(
        CLOUD, [('volume', 'web')]
    ) == ([], [])


def test_without_a_plan_or_a_resource_nothing_goes(chain):
    nothing = removals.removal_status([])
    assert pruning.begin_removals(CLOUD, None, NAMES) == nothing
    chain.errors[None] = chain.errors['web'] = exceptions.Unavailable('No.')
    assert (
        pruning.begin_removals(CLOUD, document(retention=LAST), {}) == nothing
    )
    assert chain.going == []


def test_one_failure_is_told_once_and_costs_its_points_only(chain):
    chain.errors['db'] = exceptions.Unavailable('No answer.')
    chain.errors['x'] = exceptions.Unavailable('No answer.')
    chain.errors['y'] = exceptions.Unavailable('Out of order.')
    asked = [('disk', one) for one in ('web', 'db', 'x', 'y')]
    found, errors = point_fetch.fetch_points_of_resources(CLOUD, asked)
    assert len(found) == 5
    assert [str(error) for error in errors] == ['No answer.', 'Out of order.']


def test_what_goes_is_planned_by_the_retention(chain):
    verdicts, errors = pruning.planned_verdicts(
        CLOUD, document(retention=LAST), {WEB}, in_memory_plugin.CREATED + DAY
    )
    keep = {one.point.id: one.keep for one in verdicts}
    assert keep == {
        'new': True,
        'c': False,
        'b': False,
        'full': False,
        'by hand': True,
    }
    assert errors == []


def test_each_point_that_goes_waits_for_what_builds_on_it(chain):
    verdicts, _errors = pruning.planned_verdicts(
        CLOUD, document(retention=LAST), {WEB}, in_memory_plugin.CREATED + DAY
    )
    found = pruning.removals_of_verdicts(verdicts, NAMES)
    assert [(one['id'], one['after']) for one in found] == [
        ('c', []),
        ('b', ['c']),
        ('full', ['b']),
    ]
    assert {one['resource'] for one in found} == {'Web'}
    assert {one['reason'] for one in found} == {'removed: no rule keeps it'}
    assert {one['state'] for one in found} == {'pending'}


def test_a_run_begins_with_what_nothing_builds_on(chain):
    told = pruning.begin_removals(CLOUD, document(retention=LAST), NAMES)
    assert (told['pending'], told['troubles']) == (3, [])
    assert [one['token'] for one in told['removals']] == ['token:c', '', '']
    assert chain.going == ['c']


def test_without_a_retention_nothing_goes(chain):
    told = pruning.begin_removals(CLOUD, document(), NAMES)
    assert (told['pending'], told['removals'], chain.going) == (0, [], [])


def test_what_the_run_has_made_stays(chain):
    chain.keep(copy('made', 10, execution=in_memory_plugin.RUN))
    told = pruning.begin_removals(CLOUD, document(retention=LAST), NAMES)
    assert 'made' not in [one['id'] for one in told['removals']]


def test_a_service_that_does_not_answer_is_a_trouble(chain):
    chain.errors['web'] = exceptions.Unavailable('No answer.')
    told = pruning.begin_removals(CLOUD, document(retention=LAST), NAMES)
    assert (told['removals'], told['troubles']) == ([], ['No answer.'])


def test_in_a_zone_that_is_not_known_nothing_goes(chain):
    plan = document('Nowhere', retention={'daily': 1})
    told = pruning.begin_removals(CLOUD, plan, NAMES)
    assert (told['removals'], chain.going) == ([], [])
    (trouble,) = told['troubles']
    assert trouble.startswith('Nothing was removed: This time zone is not')


def test_retention_looks_at_what_the_run_was_to_protect_only():
    waits = [
        {'type': 'disk', 'resource_id': state, 'name': name, 'state': state}
        for state, name in (
            ('ok', 'Web'),
            ('failed', 'Db'),
            ('skipped', 'Old'),
            ('pending', 'Late'),
        )
    ]
    tried = {('disk', 'ok'): 'Web', ('disk', 'failed'): 'Db'}
    assert pruning.attempted_names(waits) == tried
    assert pruning.unprotected_resources(waits) == {('disk', 'failed')}


def test_of_a_resource_that_failed_only_failed_points_go(chain):
    chain.keep(copy('broken', 1, status='error', state='error'))
    chain.keep(copy('broken before', 2, status='error', state='error'))
    told = pruning.begin_removals(
        CLOUD, document(retention=LAST), NAMES, {ResourceRef(*WEB)}
    )
    assert {one['id'] for one in told['removals']} == {
        'broken',
        'broken before',
    }


def removal(number, after=()):
    point = copy(f'p{number}', number)
    return removals.new_removal(
        point, resource='Web', reason='Old.', after=list(after)
    )


def test_a_run_removes_the_oldest_points_up_to_its_bound():
    planned = [removal(number) for number in range(5)]
    chosen = pruning.first_removals(planned, 3)
    assert [one['id'] for one in chosen] == ['p2', 'p3', 'p4']
    assert pruning.first_removals(planned, 5) == planned


def test_no_bound_removes_a_point_before_its_increments():
    # p4 is the full copy, p3 and p2 are its increments, one after the other
    planned = [
        removal(2),
        removal(3, after=['p2']),
        removal(4, after=['p3']),
        removal(5),
    ]
    ids = [
        [one['id'] for one in pruning.first_removals(planned, most)]
        for most in range(5)
    ]
    assert ids == [[], ['p5'], ['p5'], ['p5'], ['p2', 'p3', 'p4', 'p5']]
