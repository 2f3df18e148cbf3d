# SPDX-License-Identifier: Apache-2.0
"""The mark on a recovery point, in metadata and in a description."""

import json
import uuid

from hypothesis import given
from hypothesis import strategies as st
import pytest

from protection_dashboard.protections import mark
from protection_dashboard.protections.mark import Mark
from protection_dashboard.protections.query import Wanted

ID = '0b5bbbd2-0f27-4c9e-8c0f-0f2f3ee1a3d6'
MARKS = [Mark(), Mark(plan=ID), Mark(plan=ID, schedule=ID, execution=ID)]


@pytest.mark.parametrize('made', MARKS)
def test_a_mark_comes_back_from_metadata(made):
    metadata = {**made.metadata(), 'other': 'x'}
    assert Mark.of(metadata) == made


@pytest.mark.parametrize('made', MARKS)
@pytest.mark.parametrize('text', ['', 'nightly', 'a [b] c', 'two\nlines'])
@pytest.mark.parametrize('facts', [{}, {'flavor': 'd1', 'size': 1}])
def test_a_mark_comes_back_from_a_description(made, text, facts):
    written = made.written(text, 255, **facts)
    told = {key: str(value) for key, value in facts.items()}
    assert mark.parse_description(written) == (text, made, told)


def test_the_text_gives_way_to_the_mark():
    written = MARKS[2].written('x' * 300, 255)
    assert len(written) == 255
    text, made, _facts = mark.parse_description(written)
    assert set(text) == {'x'}
    assert made == MARKS[2]


@pytest.mark.parametrize(
    'text',
    [
        None,
        'a backup of ours',
        '[protection]',
        '[protection plan=1',
        f'[protection plan={ID}] and more',
    ],
)
def test_what_a_person_wrote_is_no_mark(text):
    assert mark.parse_description(text) == (text or '', Mark(), {})


def test_an_id_that_is_none_is_left_out():
    text, made, _facts = mark.parse_description(
        'x [protection plan=../../etc]'
    )
    assert (text, made) == ('x', Mark())


def several(number):
    """A mark that names so many schedules besides the one that started."""
    also = sorted(str(uuid.UUID(int=2**120 + n)) for n in range(number))
    return Mark(plan=ID, schedule=ID, execution=ID, also=tuple(also))


def test_a_mark_names_the_schedule_that_started_first():
    made = several(2)
    assert made.schedules == (ID, *made.also)
    assert Mark(plan=ID).schedules == ()
    assert made.schedule == ID


@pytest.mark.parametrize('number', [1, 2, 7, 99])
def test_several_schedules_come_back_from_metadata(number):
    metadata = several(number).metadata()
    found = Mark.of(dict(reversed(metadata.items())))
    assert found.also == several(number).also
    assert found == several(number)
    # Cinder takes no longer key or value
    assert max(map(len, [*metadata, *metadata.values()])) <= 255


@pytest.mark.parametrize('number', [0, 1, 99])
def test_several_schedules_go_through_a_step_of_a_run(number):
    step = json.loads(json.dumps(several(number).ids))
    assert Mark.from_ids(step) == several(number)
    assert Mark.from_ids(step).also == several(number).also


@given(st.integers(0, 12), st.text(), st.sampled_from([255, 1000]))
def test_several_schedules_come_back_from_a_description(number, text, longest):
    facts = {'flavor': 'x' * 22, 'size': 16_000, 'network': 'y' * 22}
    text = ' '.join(text.split())
    written = several(number).written(text, longest, **facts)
    assert len(written) <= longest
    found = mark.parse_description(written)
    assert found[1] == several(number)
    room = number if longest > 255 else min(number, 6)
    assert found[1].also == several(room).also
    told = {key: str(value) for key, value in facts.items()}
    assert found[2] == (told if number <= 3 or longest > 255 else {})


@pytest.mark.parametrize('number', [1, 6, 12])
def test_an_also_that_is_no_id_is_left_out(number):
    metadata = {
        **several(number).metadata(),
        f'{mark.ALSO_PREFIX}../../etc': 'yes',
        f'{mark.ALSO_PREFIX}{ID}': 'yes',
    }
    assert Mark.of(metadata).also == several(number).also
    description = f'x [protection plan={ID} also=../..,{"a" * 22},]'
    assert len(mark.parse_description(description)[1].also) == 1


def test_a_point_is_wanted_under_each_of_its_schedules():
    made = several(2)
    one, other = made.also
    for schedule in (ID, one, other):
        wanted = Wanted(plan=ID, schedule=schedule)
        assert any(
            metadata.items() <= made.metadata().items()
            for metadata in wanted.metadata_filters
        )
    strange = Wanted(schedule=str(uuid.UUID(int=1)))
    assert not any(
        metadata.items() <= made.metadata().items()
        for metadata in strange.metadata_filters
    )
