# SPDX-License-Identifier: Apache-2.0
"""The mark on a recovery point, in metadata and in a description."""

import pytest

from protection_dashboard.protections import mark
from protection_dashboard.protections.mark import Mark

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
