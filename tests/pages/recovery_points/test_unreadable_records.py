# SPDX-License-Identifier: Apache-2.0
"""What anybody may write out of shape costs a row: no page, and no run."""

import contextlib
import dataclasses
import functools
import json
import uuid

import pytest

from protection_dashboard import exceptions
from protection_dashboard.api import freezer as api
from protection_dashboard.api.mistral import (
    environments as mistral_environments,
)
from protection_dashboard.coverage import exemptions
from protection_dashboard.executions import records as execution_records
from protection_dashboard.executions import service as execution_service
from protection_dashboard.plans import document as plan_document
from protection_dashboard.plans import service as plan_service
from protection_dashboard.protections.base import Mark
from tests.support import freezer_service
from tests.support.freezer_service import FREEZER

POINTS = '/project/protection_points/'
OVERVIEW = '/project/protection_overview/'
ODD = [
    {'time_stamp': 'abc'},
    {'time_stamp': 10**20},
    {'time_stamp': -(10**14)},
    {'time_stamp': None},
    {'description': 5},
    {'description': {'a': 1}},
    {'cindernative_vol_id': {'a': 1}},
    {'cindernative_vol_id': ['x']},
    {'mode': 'nova', 'cindernative_vol_id': '', 'nova_inst_id': 7},
    {'status': 'creating', 'step': 5},
    {'status': 'creating', 'step': {'a': 1}},
    {'name': ['<b>'], 'job': 5},
]


@dataclasses.dataclass(frozen=True)
class Scene:
    """A plan of a volume that ran twice with odd records of it about.

    ``odd`` are ids of records, ``good`` that of one in shape, ``undated`` of
    one whose mark is the plan's and whose time is none.
    """

    plan: plan_document.Plan
    odd: list
    good: str
    undated: str
    runs: list[execution_records.Execution]


@pytest.fixture(scope='module')
def scene(module_sandbox, demo):
    volume = module_sandbox.volume('of odd records')
    plan = module_sandbox.plan(volume, '0 3 1 1 *')
    plan = plan_service.plan_save(demo, plan, retention={'last': 1})
    mark = Mark(plan=plan.id).written('ours', 255)
    made = [freezer_service.record(demo, volume.id, **facts) for facts in ODD]
    undated = freezer_service.record(
        demo, volume.id, time_stamp='soon', description=mark
    )
    good = freezer_service.record(
        demo, volume.id, name='in shape', description=mark
    )
    try:
        for record_id in (good, undated):
            freezer_service.backed_up(
                module_sandbox.cinder, volume.id, record_id
            )
        runs = [
            module_sandbox.ended(execution_service.execute_plan(demo, plan))
            for _n in range(2)
        ]
        yield Scene(plan, made, good, undated, runs)
    finally:
        for record_id in (*made, good, undated):
            with contextlib.suppress(exceptions.NotFound):
                freezer_service.delete(demo, record_id)
            api.backup_delete(demo, record_id)


@pytest.fixture
def user(visitor):
    return visitor('demo')


def snapshot(run):
    return run.results[0]['id']


def test_runs_remove_what_they_should(demo, scene):
    first, second = scene.runs
    assert [run.state for run in scene.runs] == ['SUCCESS'] * 2
    assert [run.troubles for run in scene.runs] == [(), ()]
    # it is the plan's own as well, and its time is known
    assert {one['id'] for one in first.removed} == {scene.good}
    assert {one['id'] for one in second.removed} == {snapshot(first)}
    assert {one['state'] for one in second.removed} == {'removed'}
    left = {point.id for point in FREEZER.points(demo)}
    assert {*scene.odd, scene.undated} <= left


def test_every_record_has_a_row(user, scene):
    (entry,) = scene.plan.resources
    page = user.page(POINTS, type='volume', resource=entry['id'])
    newest = f'volume_snapshot:{snapshot(scene.runs[1])}'
    assert page.row(newest)['Name'].startswith('of odd records')
    assert page.row(f'freezer:{scene.undated}')['Taken'] == 'Unknown'
    every = user.page(POINTS)
    assert every.notices == []
    row = every.row(newest)
    assert row['State'] == 'Available'
    of_none = ODD.index({'cindernative_vol_id': {'a': 1}})
    row = every.row(f'freezer:{scene.odd[of_none]}')
    assert (row['Resource'], row.links('Resource')) == ('Unknown', [])


def test_the_file_is_complete(user, scene):
    answer = user.get(POINTS, {'format': 'csv'})
    content = b''.join(answer.streaming_content).decode()
    for point_id in (*scene.odd, scene.undated, snapshot(scene.runs[1])):
        assert point_id in content
    assert 'not complete' not in content


def test_each_has_a_page_where_it_can_be_deleted(user, scene):
    for record_id in (*scene.odd, scene.undated):
        page = user.page(f'{POINTS}point/freezer/{record_id}/')
        assert page.alerts == []
    kept = user.text(f'{POINTS}point/freezer/{scene.undated}/')
    assert 'Kept: when it was taken is not known' in kept


@pytest.mark.parametrize(
    'address',
    [
        OVERVIEW,
        f'{OVERVIEW}freshness/',
        f'{OVERVIEW}orphans/',
        f'{OVERVIEW}orphans/sourceless/',
        f'{OVERVIEW}orphans/planless/',
        f'{OVERVIEW}orphans/leftovers/',
        '/project/protection_plans/{}/?tab=plan__points',
        '/project/protection_plans/{}/?tab=plan__resources',
        '/project/protection_plans/{}/dry-run/',
    ],
)
def test_the_other_pages_are_there(user, scene, address):
    page = user.page(address.format(scene.plan.id))
    assert 'nobody foresaw' not in page.root.text_content()
    if 'plan__points' in address:
        assert page.row(f'volume_snapshot:{snapshot(scene.runs[1])}')
        undated = page.row(f'freezer:{scene.undated}')
        assert undated['Retention'].endswith('it was taken is not known')


@pytest.fixture
def odd_notes(module_sandbox, demo):
    """A volume with a note of the year 9999, and variables of no resource."""
    note = json.dumps({'note': 'later', 'by': 'x', 'at': _LATEST})
    volume = module_sandbox.volume(
        'noted', metadata={exemptions.METADATA_KEY: note}
    )
    change = functools.partial(
        mistral_environments.environment_change,
        demo,
        exemptions.environment_name(demo),
    )
    keys = ('', 'x', ':', 'volume:', f'volume:{uuid.uuid4()}')
    change(dict.fromkeys(keys, note))
    yield volume
    change(dict.fromkeys(keys))


_LATEST = '9999-12-31T23:59:59-12:00'


def test_notes_out_of_shape_have_their_rows(user, odd_notes):
    page = user.page(f'{OVERVIEW}not-needed/')
    assert page.row(f'volume:{odd_notes.id}')['Note'] == 'later'
    page = user.page(f'{OVERVIEW}orphans/')
    section = '//section[@aria-labelledby="orphans_marks"]'
    assert page.only(f'{section}//h2').endswith(': 1')
    user.page(f'{OVERVIEW}orphans/marks/')
