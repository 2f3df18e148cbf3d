# SPDX-License-Identifier: Apache-2.0
"""Plan documents and the workflows that carry them."""

import copy
import importlib
from importlib import metadata
import inspect
import json
import types

from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st
from mistral.lang import parser
import pytest
import yaml

from protection_dashboard import exceptions
from protection_dashboard.api import cloud as api_cloud
from protection_dashboard.executions.slices import time_slice
from protection_dashboard.mistral_actions import start_checks
from protection_dashboard.plans import document as plan_document
from protection_dashboard.protectables.base import Resource
from protection_dashboard.reports.health import mistral as health_mistral
from protection_dashboard.workflows import definitions

HOSTILE = [
    '{{ 7*7 }}',
    '<% 1 + 1 %>',
    '<%{{%>}}{%',
    "it's \"quoted\" \\ back",
    'line\nbreak\ttab',
    'שלום 🎉 \u202e',
    '\\u003c \\{',
    ': - # & * ! |',
]


def resource(name='web-data'):
    return Resource(
        id='e07db2d4-1253-4a9a-9cd1-d5630a50f557',
        type='volume',
        name=name,
        status='available',
        state='available',
        size=1,
    )


def document(name='nightly', options=None):
    return plan_document.new_plan_document(
        name,
        resource(name),
        'volume_snapshot',
        options or {'snapshot_name': name},
        [plan_document.new_schedule('35 2 * * *', 'Europe/Berlin')],
    )


@pytest.mark.parametrize('name', HOSTILE)
def test_a_hostile_name_comes_back_byte_for_byte(name):
    wanted = document(name)
    found = plan_document.plan_from_definition(
        plan_document.workflow_definition(wanted), 'an id'
    )
    assert found.document == wanted
    assert found.workflow_id == 'an id'
    assert found.name == name


@given(st.text(min_size=1, max_size=255))
def test_any_name_comes_back_and_holds_no_expression(name):
    text = definitions.encode_document(document(name))
    assert plan_document.decode_document(text)['name'] == name
    assert '<%' not in text
    assert '{{' not in text
    assert '{%' not in text
    assert text.isascii()


@settings(deadline=None, max_examples=50)
@given(st.text(alphabet=" '\n{a", min_size=900, max_size=1900))
def test_a_long_text_comes_back_wherever_its_lines_are_broken(text):
    wanted = document() | {'description': text}
    assert (
        plan_document.plan_from_definition(
            plan_document.workflow_definition(wanted)
        ).document
        == wanted
    )


@pytest.mark.parametrize('name', HOSTILE)
@pytest.mark.parametrize(
    'style', [{'width': 60}, {'default_style': '"'}, {'sort_keys': True}]
)
def test_it_reads_a_definition_in_another_style_of_yaml(style, name):
    wanted = document(name)
    body = yaml.safe_load(plan_document.workflow_definition(wanted))
    assert (
        plan_document.plan_from_definition(
            yaml.safe_dump(body, **style)
        ).document
        == wanted
    )


def test_the_carried_text_is_the_last_var_of_the_workflow():
    found = yaml.safe_load(plan_document.workflow_definition(document()))
    (name,) = set(found) - {'version'}
    assert name.startswith('protection.plan.')
    assert list(found[name]['vars']) == ['starts_checked', 'plan']
    assert found[name]['tags'] == ['protection', 'protection-plan']


# seconds after which Mistral gives up an action without a heartbeat
HEARTBEAT_LIMIT = 300


@pytest.mark.parametrize('kind', ['plan', 'restore', 'delete'])
def test_mistral_begins_a_lost_task_again_before_it_misses_a_heartbeat(kind):
    body = definitions.workflow_template(kind)
    defaults = body['task-defaults']
    longest = time_slice.MAX_SECONDS + 2 * api_cloud.READ_TIMEOUT
    assert longest < defaults['timeout'] == health_mistral.STEP_LIMIT
    assert defaults['timeout'] < HEARTBEAT_LIMIT
    assert defaults['safe-rerun'] is True
    working = {
        name: task
        for name, task in body['tasks'].items()
        if task['action'].startswith('protection.')
    }
    assert all('on-error' in task for task in working.values())
    # the actions of all tries would have one timeout together
    assert all('retry' not in task for task in working.values())


@pytest.mark.parametrize('kind', ['plan', 'restore', 'delete'])
def test_every_input_of_a_task_is_one_that_mistral_gives_its_action(kind):
    tasks = definitions.workflow_template(kind)['tasks'].values()
    known = {
        entry.name: inspect.getfullargspec(entry.load()).args
        for entry in metadata.entry_points(group='mistral.actions')
        if entry.name.startswith('protection.')
    }
    unknown = [
        (task['action'], name)
        for task in tasks
        for name in task.get('input', ())
        if task['action'] != 'std.noop' and name not in known[task['action']]
    ]
    assert not unknown


@pytest.mark.parametrize('kind', ['once', 'restore', 'delete', 'gate'])
def test_mistral_checks_that_no_start_of_a_task_got_lost(kind):
    body = yaml.safe_load(definitions.shared_definition(kind, 'a.name'))
    (called,) = body['a.name']['vars'].values()
    (known,) = metadata.entry_points(
        group='mistral.expression.functions', name='protection_check_starts'
    )
    assert called == f'<% {known.name}() %>'
    module, _dot, name = start_checks.JOB.rpartition('.')
    assert callable(getattr(importlib.import_module(module), name))
    # as long as Mistral's column is
    assert len(start_checks.JOB) <= 80


@pytest.mark.parametrize('kind', ['plan', 'restore', 'delete'])
def test_no_task_is_called_as_a_command_of_mistral(kind):
    tasks = definitions.workflow_template(kind)['tasks']
    assert set(tasks).isdisjoint({'fail', 'succeed', 'pause', 'noop'})


@pytest.mark.parametrize('kind', ['plan', 'restore', 'gate', 'notify'])
def test_mistral_takes_our_workflows(kind):
    text = plan_document.workflow_definition(document(HOSTILE[0]))
    if kind != 'plan':
        text = definitions.shared_definition(kind, 'a.name')
    check = parser.get_workflow_list_spec_from_yaml
    (found,) = check(text, validate=True).get_workflows()
    assert list(found.get_tasks())


def test_a_run_without_a_plan_takes_the_document_as_input():
    found = yaml.safe_load(definitions.once_definition('protection.once.p'))
    assert 'plan' in found['protection.once.p']['input']
    assert list(found['protection.once.p']['vars']) == ['starts_checked']


def without(key):
    broken = document()
    del broken[key]
    return broken


def with_(**changes):
    return {**document(), **changes}


def with_resource(**changes):
    broken = copy.deepcopy(document())
    broken['resources'][0].update(changes)
    return broken


@pytest.mark.parametrize(
    ('broken', 'path'),
    [
        (without('name'), 'name'),
        (with_(name=''), '$.name'),
        (with_(name='x' * 256), '$.name'),
        (with_(version=2), '$.version'),
        (with_(id='not-a-uuid'), '$.id'),
        (with_(colour='blue'), 'colour'),
        (with_resource(extra=1), '$.resources[0]'),
        (with_resource(id=''), '$.resources[0].id'),
        (with_(schedules=[{'id': 'x'}]), '$.schedules[0]'),
    ],
)
def test_it_refuses_what_is_no_plan_and_names_the_path(broken, path):
    with pytest.raises(exceptions.Refused, match='Not a plan') as refusal:
        plan_document.workflow_definition(broken)
    assert path in str(refusal.value)


@pytest.mark.parametrize(
    'text',
    [
        '',
        'version: "2.0"\nwf: {tasks: {a: {action: std.noop}}}',
        'version: "2.0"\nwf: {vars: {plan: "{}"}}',
        'version: "2.0"\nwf: {vars: {plan: "no json"}}',
        'version: "2.0"\na: {}\nb: {}',
        '{',
    ],
)
def test_it_refuses_a_workflow_that_carries_no_plan(text):
    with pytest.raises(exceptions.Refused):
        plan_document.plan_from_definition(text)


def test_a_plan_knows_its_schedules():
    plan = plan_document.Plan(document())
    schedule = plan.schedules[0]
    assert plan.schedule(schedule.id) == schedule
    with pytest.raises(exceptions.NotFound):
        plan.schedule('another')


def nested(depth):
    """A document whose options have so many levels, as JSON."""
    text = definitions.encode_document(document(options={'deep': 'HERE'}))
    return text.replace('"HERE"', '[' * depth + ']' * depth)


@pytest.mark.parametrize('depth', [100, 1_000, 100_000])
def test_what_is_nested_too_deep_is_refused(depth):
    with pytest.raises(exceptions.Refused, match="nested too deep"):
        plan_document.decode_document(nested(depth))
    assert plan_document.decode_document(nested(20))


def test_a_whole_number_may_be_written_with_a_point():
    text = definitions.encode_document(
        {**document(), 'retention': {'last': 3}}
    )
    for written in ('3.0', '3e0', '0.3e1'):
        found = plan_document.decode_document(
            text.replace('"last": 3', f'"last": {written}')
        )
        assert found['retention'] == {'last': 3}
        assert type(found['retention']['last']) is int
    with pytest.raises(exceptions.Refused, match='retention'):
        plan_document.decode_document(text.replace('"last": 3', '"last": 3.5'))


def test_a_lone_surrogate_is_refused():
    """JSON can express it, but no page can show it."""
    text = definitions.encode_document(document()).replace(
        '"nightly"', '"\\ud800"'
    )
    with pytest.raises(exceptions.Refused, match='half a character'):
        plan_document.decode_document(text)


JSON = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(),
        st.text(),
        st.sampled_from(['\ud800', '2026-02-31T00:00', '9' * 5000]),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.text(max_size=5), inner, max_size=3),
    ),
    max_leaves=10,
)
PLACES = [
    (),
    ('id',),
    ('name',),
    ('resources',),
    ('resources', 0),
    ('resources', 0, 'options'),
    ('schedules',),
    ('schedules', 0),
    ('schedules', 0, 'id'),
    ('schedules', 0, 'pattern'),
    ('schedules', 0, 'zone'),
    ('schedules', 0, 'first'),
    ('schedules', 0, 'end'),
    ('retention',),
    ('retention', 'last'),
    ('pins',),
    ('pins', 0),
    ('pins', 0, 'at'),
    ('unknown',),
]


def put(whole, place, value):
    """A document with another value at a path."""
    if not place:
        return value
    found = copy.deepcopy(whole)
    *way, last = place
    inner = found
    for key in way:
        inner = inner[key]
    inner[last] = value
    return found


@settings(deadline=None, max_examples=400)
@given(st.sampled_from(PLACES), JSON)
def test_any_json_is_a_plan_or_refused_in_a_sentence(place, value):
    whole = {
        **document(),
        'retention': {'last': 3},
        'pins': [{'protection': 'p', 'id': 'i', 'note': ''}],
    }
    text = json.dumps(put(whole, place, value))
    body = {'vars': {'plan': text}}
    name = definitions.plan_workflow_name(whole['id'])
    flow = types.SimpleNamespace(
        id='an id',
        name=name,
        definition=definitions.dump_definition(name, body),
    )
    found = plan_document.plan_or_unreadable(flow)
    if isinstance(found, plan_document.Plan):
        assert plan_document.plan_from_definition(
            plan_document.workflow_definition(found.document)
        ) == plan_document.Plan(found.document)
    else:
        assert (found.id, found.name) == (whole['id'], name)
        assert found.reason.startswith("Not a plan document: ")
        assert len(found.reason) < 400
        assert found.reason.encode()


@pytest.mark.parametrize(
    'name', ['other', 'protection.plan.nightly', 'protection.plan.{0}\n']
)
def test_what_is_only_tagged_like_a_plan_is_none(name):
    flow = types.SimpleNamespace(
        id='an id', name=name.format(document()['id']), definition='{}'
    )
    assert plan_document.plan_or_unreadable(flow) is None


@pytest.mark.parametrize(
    'name', ['copy', 'protection.plan.1b3b8b34-53ab-4f7e-b2a8-3c7cd39f9a10']
)
def test_a_copy_of_a_plans_workflow_is_not_that_plan(name):
    body = yaml.safe_load(plan_document.workflow_definition(document()))
    (own,) = set(body) - {'version'}
    text = definitions.dump_definition(name, body[own])
    flow = types.SimpleNamespace(id='an id', name=name, definition=text)
    found = plan_document.plan_or_unreadable(flow)
    if name == 'copy':
        assert found is None
    else:
        assert (
            definitions.PLAN_NAME_PREFIX + found.id,
            found.workflow_id,
        ) == (
            name,
            'an id',
        )
        assert "the document of another plan" in found.reason
