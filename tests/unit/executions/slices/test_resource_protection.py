# SPDX-License-Identifier: Apache-2.0
"""Make recovery points in slices, whatever gets lost between them."""

import collections
import dataclasses
import datetime

import hypothesis
from hypothesis import strategies
import pytest

from protection_dashboard import exceptions
from protection_dashboard.common import clock
from protection_dashboard.executions.slices import progress
from protection_dashboard.executions.slices import resolution
from protection_dashboard.executions.slices import resource_protection
from protection_dashboard.executions.slices.time_slice import TimeSlice
from protection_dashboard.protections import base
from protection_dashboard.settings import Settings
from tests.support import in_memory_plugin

MARK = base.Mark(plan=in_memory_plugin.PLAN, execution=in_memory_plugin.RUN)
NAMES = ('web', 'db', 'log')
ONE_AT_A_TIME = Settings(calls_at_once=1)
OUTAGE = exceptions.Unavailable("Disks does not answer.")
BUSY = exceptions.Busy("Disks is called too often.", 7)


def document(names=NAMES):
    entry = {'type': 'disk', 'protection': 'disk_copy', 'options': {}}
    return {
        'version': 1,
        'id': in_memory_plugin.PLAN,
        'name': 'Disks',
        'resources': [{**entry, 'id': one, 'name': one} for one in names],
        'schedules': [],
    }


@pytest.fixture
def protection(copies, disks):
    """Three disks, and a protection that makes their copies."""
    prepare(copies, disks)
    return copies


def prepare(copies, disks):
    copies.empty()
    disks.empty()
    disks.keep(*map(in_memory_plugin.disk, NAMES))
    copies.makes = copies.lists_by_mark = True


class Run:
    """An execution that goes from slice to slice, as its workflow does.

    ``rows`` are what its newest slice told; a test may take them back.
    """

    def __init__(self, begun_ago=datetime.timedelta(), settings=ONE_AT_A_TIME):
        self.cloud = dataclasses.replace(
            in_memory_plugin.CLOUD, settings=settings
        )
        self.started = clock.now() - begun_ago
        self.document = document()
        self.resolution = resolution.resolve_execution(
            self.cloud, self.document, MARK, self.started, None, lambda _: True
        )
        self.rows = []
        self.ended = False

    def slice(self, seconds=5.0):
        """The work of one slice, which looks once and does not wait."""
        work = resource_protection.ResourceProtection(
            cloud=self.cloud,
            document=self.document,
            resolution=self.resolution,
            found=progress.waits_of_rows(self.resolution['steps'], self.rows),
            started=self.started,
            time_slice=TimeSlice(seconds, crowded=True),
            has_ended=lambda: self.ended,
        )
        work.work()
        self.rows = progress.rows_of_waits(work.found)
        return work

    def states(self):
        found = progress.waits_of_rows(self.resolution['steps'], self.rows)
        return {wait['resource_id']: wait['state'] for wait in found}

    def reasons(self):
        found = progress.waits_of_rows(self.resolution['steps'], self.rows)
        return {wait['reason'] for wait in found}


def test_all_that_is_begun_is_waited_for(protection):
    protection.new_state = base.PENDING
    run = Run()
    run.slice()
    assert set(run.states().values()) == {'pending'}
    ready = [
        dataclasses.replace(one, state=base.AVAILABLE)
        for one in protection.known.values()
    ]
    protection.keep(*ready)
    run.slice()
    assert set(run.states().values()) == {'ok'}
    assert len(protection.known) == len(NAMES)


@pytest.mark.parametrize('lists_by_mark', [True, False])
def test_a_lost_slice_is_adopted_by_the_next(protection, lists_by_mark):
    protection.lists_by_mark = lists_by_mark
    run = Run()
    run.slice()
    run.rows = []
    run.slice()
    assert set(run.states().values()) == {'ok'}
    assert len(protection.known) == len(NAMES)


def test_points_of_another_execution_are_not_adopted(protection):
    other = dataclasses.replace(MARK, execution=in_memory_plugin.PLAN)
    protection.keep(
        *(
            in_memory_plugin.copy(f'other {one}', resource_id=one, mark=other)
            for one in NAMES
        )
    )
    Run().slice()
    assert len(protection.known) == 2 * len(NAMES)


def test_what_a_service_refuses_has_failed_for_good(protection):
    protection.faults = [(False, exceptions.Refused("Over quota."))]
    run = Run()
    run.slice()
    run.slice()
    assert run.states() == {'web': 'failed', 'db': 'ok', 'log': 'ok'}
    assert run.reasons() == {"Over quota.", ''}


def test_after_a_rate_limit_nothing_more_is_begun_in_this_try(protection):
    protection.faults = [(False, BUSY)]
    run = Run()
    work = run.slice()
    assert protection.known == {}
    assert (set(run.states().values()), work.pause) == ({'pending'}, 15)
    assert run.reasons() == {str(BUSY)}
    run.slice()
    assert set(run.states().values()) == {'ok'}


def test_the_pause_is_as_long_as_the_service_asks(protection):
    protection.faults = [(False, exceptions.Busy("Later.", 90))]
    assert Run().slice().pause == 90


@pytest.mark.parametrize(
    ('error', 'minutes', 'state'),
    [
        (OUTAGE, 0, 'pending'),
        (OUTAGE, 29, 'pending'),
        (OUTAGE, 31, 'failed'),
        (BUSY, 31, 'pending'),
        (exceptions.Absent("No such service."), 0, 'failed'),
    ],
)
@pytest.mark.parametrize('of_the_list', [True, False])
def test_a_service_is_asked_again_for_half_an_hour(
    protection, disks, error, minutes, state, of_the_list
):
    run = Run(datetime.timedelta(minutes=minutes))
    if of_the_list:
        disks.errors[''] = error
    else:
        protection.faults = [(False, error)] * 3
    run.slice()
    assert set(run.states().values()) == {state}
    assert run.reasons() == {str(error)}


def test_a_method_that_cannot_list_holds_up_its_own_resources(protection):
    protection.errors[None] = OUTAGE
    run = Run()
    run.slice()
    assert (run.reasons(), protection.known) == ({str(OUTAGE)}, {})


def test_a_run_without_login_says_nothing_of_its_resources(protection):
    protection.faults = [(False, exceptions.NotAuthorized("Log in."))]
    with pytest.raises(exceptions.NotAuthorized):
        Run().slice()


def test_an_ended_run_begins_nothing(protection):
    run = Run()
    run.ended = True
    run.slice()
    assert (protection.known, run.rows) == ({}, [])


def test_a_slice_that_is_over_begins_nothing(protection):
    run = Run()
    run.slice(seconds=0)
    assert (protection.known, run.rows) == ({}, [])
    run.slice()
    assert set(run.states().values()) == {'ok'}


def test_a_resource_that_is_gone_by_now_fails(protection, disks):
    run = Run()
    del disks.known['db']
    run.slice()
    assert run.states() == {'web': 'ok', 'db': 'failed', 'log': 'ok'}
    assert "The disk no longer exists." in run.reasons()


def test_a_resource_that_left_the_plan_fails(protection):
    run = Run()
    run.document = document(('web', 'db'))
    run.slice()
    assert run.states() == {'web': 'ok', 'db': 'ok', 'log': 'failed'}
    assert "The disk is no longer in the plan." in run.reasons()


def test_a_deleted_plan_ends_what_has_not_begun(protection):
    protection.new_state = base.PENDING
    protection.faults = [None, (False, OUTAGE), (False, OUTAGE)]
    run = Run()
    run.slice()
    run.document = None
    run.slice()
    assert run.states() == {'web': 'pending', 'db': 'failed', 'log': 'failed'}


def test_what_is_pending_at_the_limit_has_failed(protection):
    protection.new_state = base.PENDING
    run = Run(datetime.timedelta(hours=24))
    run.slice()
    assert set(run.states().values()) == {'failed'}
    (reason,) = run.reasons()
    assert reason.startswith("It did not finish within 24 hours")


FAULTS = strategies.sampled_from(
    [None, (True, OUTAGE), (False, OUTAGE), (True, BUSY), (False, BUSY)]
)


@hypothesis.settings(
    suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture],
    max_examples=60,
)
@hypothesis.given(
    faults=strategies.lists(FAULTS, max_size=12),
    lost=strategies.lists(strategies.booleans(), max_size=8),
    by_mark=strategies.booleans(),
)
def test_whatever_gets_lost_each_resource_gets_one_point(
    copies, disks, faults, lost, by_mark
):
    """Answers get lost after the work was done, and whole slices, too."""
    prepare(copies, disks)
    copies.lists_by_mark = by_mark
    copies.faults = list(faults)
    run = Run()
    for is_lost in [*lost, *[False] * (len(faults) + 1)]:
        before = run.rows
        run.slice()
        run.rows = before if is_lost else run.rows
    assert set(run.states().values()) == {'ok'}
    made = collections.Counter(
        point.resource_id for point in copies.known.values()
    )
    assert made == dict.fromkeys(NAMES, 1)
