# SPDX-License-Identifier: Apache-2.0
"""Who started an execution, by its description."""

import json

import pytest

from protection_dashboard.executions import started_by

RUN = '51111111-0f27-4c9e-8c0f-0f2f3ee1a3d6'
TRIGGER = '52222222-0f27-4c9e-8c0f-0f2f3ee1a3d6'
NAMES = ['demo', 'Zoë "Z" <b>', 'back\\slash', '備份' * 100, '"' * 255, '']


def has(wanted, text):
    """Whether a database's LIKE finds a text by Mistral's filter."""
    kind, _colon, part = wanted.partition(':')
    assert kind == 'has'
    return part in text


@pytest.mark.parametrize('name', NAMES)
def test_a_person_is_found_by_their_name(name):
    text = started_by.description(name, TRIGGER, RUN)
    assert len(text) <= 255
    assert name.startswith(json.loads(text)['by'])
    assert has(started_by.person_filter(name), text)
    assert has(started_by.PERSON_FILTER, text)
    assert not has(started_by.SCHEDULE_FILTER, text)
    assert not has(started_by.person_filter('somebody'), text)
    assert TRIGGER in text


def test_a_retry_names_what_it_repeats():
    text = started_by.description('demo', retry_of=RUN)
    assert started_by.retried_execution_id(text) == RUN
    assert has(started_by.retries_filter(RUN), text)
    assert not has(started_by.retries_filter(TRIGGER), text)


@pytest.mark.parametrize(
    'text',
    [None, '', 'sub-workflow execution', '[]', '{"retry_of": 7}', TRIGGER],
)
def test_any_other_description_repeats_nothing(text):
    assert started_by.retried_execution_id(text) == ''
