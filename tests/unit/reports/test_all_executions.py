# SPDX-License-Identifier: Apache-2.0
"""Who an execution of any project says that it is of."""

import json
import types

from hypothesis import given
from hypothesis import strategies as st
import pytest

from protection_dashboard.reports import all_executions

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda some: st.lists(some) | st.dictionaries(st.text(), some),
)


def person(params, given_input=None):
    execution = types.SimpleNamespace(
        id='e',
        workflow_name='protection.once.p',
        state='SUCCESS',
        state_info=None,
        description='',
        created_at='2026-11-29 12:00:00',
        updated_at='2026-11-29 12:00:00',
        input=json.dumps(given_input or {}),
        params=params,
        project_id='p',
    )
    return all_executions.project_execution(execution).person


@pytest.mark.parametrize(
    ('params', 'given_input', 'name'),
    [
        ({'env': {'armed_by': 'ann'}}, {}, 'ann'),
        ({'env': {'armed_by': 'ann'}}, {'by': 'bob'}, 'bob'),
        ({'env': {'armed_by': 'x' * 9999}}, {}, 'x' * 255),
        ({}, {'by': 'x' * 9999}, 'x' * 255),
        # the name of a stored environment
        ({'env': 'production'}, {}, ''),
        ({'env': {'armed_by': ['ann']}}, {}, ''),
    ],
)
def test_who_it_is(params, given_input, name):
    assert person(json.dumps(params), given_input) == name


@given(JSON)
def test_odd_params_are_nobody(value):
    for odd in (value, {'env': value}):
        assert isinstance(person(json.dumps(odd)), str)
    assert person(None) == ''
