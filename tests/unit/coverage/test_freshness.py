# SPDX-License-Identifier: Apache-2.0
"""How fresh copies are."""

import dataclasses
import datetime
import types

import pytest

from protection_dashboard.coverage import freshness
from protection_dashboard.protections import base

NOON = datetime.datetime(2026, 11, 20, 12, tzinfo=datetime.UTC)
HOUR = datetime.timedelta(hours=1)


@dataclasses.dataclass(frozen=True)
class Run:
    """Of a history.Run what counts here: when it began, in hours."""

    state: str
    hours: float

    @property
    def started(self):
        return NOON + self.hours * HOUR


def schedule(pattern='0 * * * *', state='armed', first=None, end=None):
    return types.SimpleNamespace(
        pattern=pattern, zone='UTC', state=state, first=first, end=end
    )


def point(resource_id, hours, state=base.AVAILABLE):
    return base.RecoveryPoint(
        id=f'{resource_id}{hours}',
        protection='volume_snapshot',
        resource_type='volume',
        resource_id=resource_id,
        name='',
        description='',
        status='',
        state=state,
        created=NOON + hours * HOUR,
    )


@pytest.mark.parametrize(
    ('runs', 'schedules', 'state', 'failures', 'due'),
    [
        ([], [schedule()], 'never', 0, None),
        ([Run('ERROR', -1)], [schedule()], 'never', 1, None),
        ([Run('SUCCESS', -1)], [], 'idle', 0, None),
        ([Run('SUCCESS', -1)], [schedule(state='paused')], 'idle', 0, None),
        ([Run('SUCCESS', -1)], [schedule()], 'fresh', 0, None),
        ([Run('SUCCESS', -30)], [schedule('0 0 1 * *')], 'fresh', 0, None),
        ([Run('SUCCESS', -5)], [schedule()], 'stale', 0, -4),
        ([Run('SUCCESS', -1.4)], [schedule()], 'stale', 0, -1),
        (
            [Run('ERROR', -1), Run('ERROR', -2), Run('SUCCESS', -3)],
            [schedule('0 0 1 1 *'), schedule()],
            'stale',
            2,
            -2,
        ),
        (
            [Run('ERROR', -0.5), Run('SUCCESS', -1), Run('ERROR', -2)],
            [schedule(state='unarmed')],
            'fresh',
            1,
            None,
        ),
        ([Run('SKIPPED', -1), Run('CANCELLED', -1)], [], 'never', 0, None),
    ],
)
def test_a_plan_is_as_fresh_as_its_last_good_run(
    runs, schedules, state, failures, due
):
    promised = freshness.rpo_of_plan({}, schedules)
    found = freshness.plan_freshness(runs, promised, NOON)
    assert (found.state, found.failures) == (state, failures)
    assert found.first_due == (None if due is None else NOON + due * HOUR)


@pytest.mark.parametrize(
    ('hours', 'state', 'until'), [(8, 'fresh', 3), (4, 'stale', -1)]
)
def test_a_plan_may_promise_hours(hours, state, until):
    promised = freshness.rpo_of_plan({'promise': hours}, [])
    found = freshness.plan_freshness([Run('SUCCESS', -5)], promised, NOON)
    assert (found.state, found.fresh_until) == (state, NOON + until * HOUR)


DAY = 24 * HOUR
ENDED = NOON - 9 * DAY


@pytest.mark.parametrize(
    ('schedules', 'hours', 'state', 'ended'),
    [
        # it has not begun: a copy by hand was made ten days ago
        ([schedule(first=NOON + DAY)], None, 'fresh', None),
        ([schedule(first=NOON + DAY)], 24, 'fresh', None),
        # it began an hour ago, and no copy came of it
        ([schedule(first=NOON - HOUR)], None, 'stale', None),
        ([schedule(first=NOON - HOUR)], 24, 'stale', None),
        ([schedule(), schedule(first=NOON + DAY)], None, 'stale', None),
        ([schedule(state='ended', end=ENDED)], None, 'idle', ENDED),
        ([schedule(state='ended', end=ENDED)], 24, 'idle', ENDED),
        (
            [schedule(state='ended', end=e) for e in (ENDED - DAY, ENDED)],
            None,
            'idle',
            ENDED,
        ),
        ([schedule(state='ended', end=ENDED), schedule()], 1, 'stale', None),
        ([schedule(state='paused')], 24, 'stale', None),
    ],
)
def test_what_has_not_begun_or_has_ended_is_not_stale(
    schedules, hours, state, ended
):
    rpo = freshness.rpo_of_plan({'promise': hours}, schedules)
    found = freshness.plan_freshness([Run('SUCCESS', -240)], rpo, NOON)
    assert (found.state, found.ended) == (state, ended)
    made = freshness.resource_freshness(point('a', -240), [rpo], NOON)
    assert made.state == state


def test_what_has_ended_says_so_without_a_good_run():
    rpo = freshness.rpo_of_plan({}, [schedule(state='ended', end=ENDED)])
    found = freshness.plan_freshness([], rpo, NOON)
    assert (found.state, found.ended) == ('never', ENDED)
    found = freshness.plan_freshness([], rpo, NOON, NOON - HOUR)
    assert (found.state, found.ended) == ('unknown', ENDED)


@pytest.mark.parametrize(
    ('pattern', 'known', 'state'),
    [('0 * * * *', -5, 'stale'), ('0 0 * * *', -5, 'unknown')],
)
def test_what_is_not_known_is_not_claimed(pattern, known, state):
    promised = freshness.rpo_of_plan({}, [schedule(pattern)])
    runs, known_from = [Run('ERROR', -1)], NOON + known * HOUR
    found = freshness.plan_freshness(runs, promised, NOON, known_from)
    assert (found.state, found.failures) == (state, 1)


def test_a_resource_is_as_fresh_as_its_newest_good_point():
    old, new = point('a', -9), point('a', -5)
    failed = point('a', -4, base.ERROR)
    never = point('b', -4, base.ERROR)
    runs = [Run('RUNNING', 0), Run('SUCCESS', -3), Run('ERROR', -4.1)]
    found = freshness.freshness_by_resource(
        [failed, new, never, old], runs, freshness.Rpo(6), NOON
    )
    assert found == {
        ('volume', 'a'): freshness.Freshness(
            new, 2, 'fresh', NOON + HOUR, 5 * HOUR
        ),
        ('volume', 'b'): freshness.Freshness(None, 2, 'never'),
    }


def test_the_strictest_of_all_plans_counts():
    strict, mild = freshness.Rpo(4), freshness.Rpo(400)
    nothing = freshness.Rpo()
    made = point('a', -5)

    def state(*promises):
        return freshness.resource_freshness(made, promises, NOON).state

    assert state(mild, strict, nothing) == 'stale'
    assert state(nothing, mild) == 'fresh'
    assert state(nothing) == state() == 'idle'


def test_a_point_of_the_future_is_not_the_newest_while_there_is_another():
    early, old = point('a', 1), point('a', -3)
    promised = freshness.rpo_of_plan({}, [schedule()])
    (found,) = freshness.freshness_by_resource(
        [early, old], [], promised, NOON
    ).values()
    assert (found.point, found.state) == (old, 'stale')
    (found,) = freshness.freshness_by_resource(
        [early], [], promised, NOON
    ).values()
    assert found.point == early
