# SPDX-License-Identifier: Apache-2.0
"""What a plan's workflow tells of its changes, and whether it is ours."""

import configparser
import datetime
import json
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
import pytest
import yaml

from protection_dashboard.plans import changes as plan_changes
from protection_dashboard.plans import document as plan_document
from protection_dashboard.plans.changes import Change
from protection_dashboard.workflows import definitions
from tests.support import stored_records

ROOT = Path(__file__).parents[3]
UTC = datetime.UTC
NOON = datetime.datetime(2026, 11, 29, 12, tzinfo=UTC)
HOUR = datetime.timedelta(hours=1)
ID = '00000000-0000-4000-8000-000000000000'
#: what breaks quotes, lines, YAML, JSON or Mistral's expressions
ODD = 'it\'s "ünï" <% 1 + 1 %> {{ 7*7 }} \\ : # \n  vars:\n    plan: \'x\''
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda some: st.lists(some) | st.dictionaries(st.text(), some),
)
MOMENTS = st.datetimes(
    datetime.datetime(1970, 1, 2),
    datetime.datetime(9998, 12, 30),
    timezones=st.just(UTC),
).map(lambda at: at.replace(microsecond=0))
CHANGES = st.builds(
    Change, st.text(st.characters(codec='utf-8'), min_size=1), MOMENTS
)


def document(**parts):
    base = {
        'version': 1,
        'id': ID,
        'name': ODD,
        'resources': [],
        'schedules': [schedule('a', last=7), schedule('b')],
    }
    return {**base, **parts}


def schedule(letter, pattern='0 3 1 1 *', **retention):
    found = {'id': letter * 8 + ID[8:], 'pattern': pattern, 'zone': 'UTC'}
    return {**found, 'retention': retention} if retention else found


@given(st.lists(CHANGES, max_size=plan_changes.MAX_CHANGES))
def test_a_workflow_gives_back_its_changes_and_its_document(changes):
    wanted = document()
    text = plan_document.workflow_definition(wanted, changes)
    found = plan_document.plan_from_definition(text)
    assert found.document == wanted
    assert found.changes == tuple(
        Change(one.by[:255], one.at) for one in changes
    )
    assert not found.is_foreign


def test_the_workflow_is_the_same_but_for_its_description():
    """What another version reads, and what Mistral runs."""
    told = [Change(ODD, NOON), Change('x' * 2000, NOON)]
    plain = yaml.safe_load(plan_document.workflow_definition(document()))
    text = plan_document.workflow_definition(document(), told)
    with_changes = yaml.safe_load(text)
    (name,) = plain.keys() - {'version'}
    described = with_changes[name].pop('description')
    assert with_changes == plain
    assert '<%' not in described
    assert '{{' not in described


@given(JSON)
def test_any_other_description_tells_of_no_change(value):
    for odd in (value, {'changes': value}, {'changes': [value]}):
        assert plan_changes.decoded_changes(json.dumps(odd)) == ()


@pytest.mark.parametrize(
    'odd',
    [
        {'by': 'ann'},
        {'by': '', 'at': NOON.isoformat()},
        {'by': ['ann'], 'at': NOON.isoformat()},
        {'by': 'ann', 'at': 5},
        {'by': 'ann', 'at': 'yesterday'},
        {'by': 'ann', 'at': '2026-11-29T12:00:00'},
        {'by': 'ann', 'at': '0001-01-01T00:00:00+14:00'},
        {'by': 'ann', 'at': '9999-12-31T23:59:59-12:00'},
        {'by': 'ann', 'at': '2026-02-31T00:00:00+00:00'},
    ],
)
def test_an_odd_change_costs_itself_only(odd):
    good = {'by': 'bob', 'at': NOON.isoformat()}
    text = json.dumps({'changes': [odd, good]})
    assert plan_changes.decoded_changes(text) == (Change('bob', NOON),)


@pytest.mark.parametrize('odd', ['', 'x', '[' * 100_000, '{"changes": NaN}'])
def test_what_is_no_json_tells_of_no_change(odd):
    assert plan_changes.decoded_changes(odd) == ()


def test_the_last_change_of_each_person_is_kept():
    found = ()
    for number in range(30):
        name = f'user {number % 12}'
        found = plan_changes.with_change(found, name, NOON + number * HOUR)
    assert len(found) == plan_changes.MAX_CHANGES
    assert found[0] == Change('user 5', NOON + 29 * HOUR)
    assert len({one.by for one in found}) == len(found)


def test_a_change_by_somebody_else_since_then():
    ann = Change('ann', NOON)
    bob, eve = Change('bob', NOON - HOUR), Change('eve', NOON - 2 * HOUR)
    changes = (ann, bob, eve)
    newest = plan_changes.change_of_others
    assert newest(changes, 'ann', NOON - 3 * HOUR) == bob
    assert newest(changes, 'ann', NOON - HOUR) == bob
    assert newest(changes, 'ann', NOON) is None
    assert newest(changes, 'eve', NOON - HOUR) == ann
    assert newest((), 'ann', NOON) is None


@pytest.mark.parametrize(
    ('parts', 'matters'),
    [
        ({}, False),
        ({'pins': [{'protection': 'x', 'id': 'y', 'note': ''}]}, False),
        ({'schedules': []}, False),
        ({'schedules': [schedule('a', '5 5 * * *', last=7)]}, False),
        ({'schedules': [schedule('a', last=7), schedule('c')]}, False),
        ({'schedules': [schedule('a', last=1), schedule('b')]}, True),
        ({'retention': {'last': 1}}, True),
        ({'resources': [{'type': 'volume', 'id': 'v', 'name': ''}]}, True),
        ({'name': 'another'}, True),
    ],
)
def test_what_changes_a_schedule_that_is_armed(parts, matters):
    new = document(**parts)
    assert plan_changes.changes_what_runs(document(), new) == matters


def test_what_release_0_1_0_wrote_is_ours():
    stored = map(stored_records.row, stored_records.load('workflows').values())
    plans = [
        plan_document.plan_or_none(one)
        for one in stored
        if one.name.startswith(definitions.PLAN_NAME_PREFIX)
    ]
    readable = [plan for plan in plans if plan]
    assert len(readable) > 5
    assert not [plan for plan in readable if plan.is_foreign]


def tampered():
    """Definitions that carry a valid document, and do something else."""
    told = [Change('ann', NOON)]
    text = plan_document.workflow_definition(document(), told)
    evil = '  tasks:\n    evil:\n      action: keystone.users_list\n'
    body = yaml.safe_load(text)
    (name,) = body.keys() - {'version'}
    yield text.replace('protection.resolve', 'keystone.users_list')
    yield text.replace('  vars:\n', evil + '  vars:\n')
    yield text.replace("  description: '", evil + "  description: '")
    yield text.replace(
        "  description: '", "  description: 'x'\n" + evil + "  description: '"
    )
    yield text + evil
    yield text.replace('timeout: 180', 'timeout: 181')
    yield definitions.dump_definition(
        name, {**body[name], 'tasks': {'evil': {'action': 'std.noop'}}}
    )
    yield yaml.safe_dump(body, default_flow_style=True)


@pytest.mark.parametrize('text', [*tampered()], ids=str.__len__)
def test_a_workflow_that_does_something_else_is_not_ours(text):
    plan = plan_document.plan_from_definition(text)
    assert plan.document == document()
    assert plan.is_foreign


def test_a_released_version_knows_its_own_workflows_later():
    setup = configparser.ConfigParser(interpolation=None)
    setup.read(ROOT / 'setup.cfg')
    is_released = 'dev' not in setup['metadata']['version']
    known = plan_document._RELEASED_HEADS
    assert not is_released or plan_document._own_head() in known
