# SPDX-License-Identifier: Apache-2.0
"""Chains of increments."""

import datetime

import pytest

from protection_dashboard.protections import base
from protection_dashboard.protections import increments

PLAN = '0b5bbbd2-0f27-4c9e-8c0f-0f2f3ee1a3d6'
OTHER = '9d1f4a9e-6c0e-4b6f-8f0b-2a5d7f6f3c11'


def point(name, parent='', state=base.AVAILABLE, plan=PLAN):
    return base.RecoveryPoint(
        id=name,
        protection='database_backup',
        resource_type='database',
        resource_id='shop',
        name=name,
        description='',
        status='COMPLETED',
        state=state,
        created=datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC),
        mark=base.Mark(plan=plan),
        parent=parent,
    )


FULL = point('full')
CHAIN = [point('c', 'b'), point('b', 'full'), FULL]


@pytest.mark.parametrize(
    ('points', 'parent'),
    [
        ([], None),
        ([FULL], 'full'),
        (CHAIN, 'c'),
        ([point('made now', state=base.PENDING), *CHAIN], 'c'),
        ([point('failed', 'c', state=base.ERROR), *CHAIN], 'c'),
        ([point('other', plan=OTHER), *CHAIN], 'c'),
        ([point('by hand', plan='')], None),
        # what the newest builds on is gone, or has failed
        ([CHAIN[0], FULL], 'full'),
        ([*CHAIN[:2], point('full', state=base.ERROR)], None),
    ],
)
def test_the_next_increment_builds_on_the_newest_whole_chain(points, parent):
    assert increments.increment_parent(points, PLAN) == parent


def test_a_chain_that_is_long_enough_ends_with_a_full_one():
    chain = [FULL]
    while increments.increment_parent(chain, PLAN):
        parent = increments.increment_parent(chain, PLAN)
        chain.insert(0, point(f'increment {len(chain)}', parent))
    assert len(chain) == increments.MAX_CHAIN_LENGTH
    assert increments.increment_parent([point('next'), *chain], PLAN) == 'next'


def test_a_run_without_a_plan_builds_on_nothing():
    assert increments.increment_parent([point('by hand', plan='')], '') is None


@pytest.mark.parametrize(
    ('wanted', 'later'), [('full', 'b'), ('b', 'c'), ('c', None)]
)
def test_it_tells_what_builds_on_a_point(wanted, later):
    failed = point('failed', 'c', state=base.ERROR)
    (found,) = (p for p in CHAIN if p.id == wanted)
    increment = increments.increment_of(found, [failed, *CHAIN])
    assert (increment.id if increment else None) == later
