# SPDX-License-Identifier: Apache-2.0
"""Which cron triggers and executions are scheduled backups, and of what."""

import datetime
import json
from types import SimpleNamespace

import pytest
import yaml

from protection_dashboard import exceptions
from protection_dashboard.api.mistral import trove_schedules
from protection_dashboard.workflows import trove_workbook

INSTANCE = '0b5bbbd2-0f27-4c9e-8c0f-0f2f3ee1a3d6'
TRIGGER = '9d1f4a9e-6c0e-4b6f-8f0b-2a5d7f6f3c11'
BY_CRON = {
    'description': f"Workflow execution created by cron trigger '({TRIGGER})'",
    'triggered_by': {'type': 'cron_trigger', 'id': TRIGGER},
}


def trigger(given, **facts):
    """A cron trigger as mistralclient gives it."""
    known = {
        'id': TRIGGER,
        'name': 'any name',
        'workflow_id': 'w',
        'workflow_name': 'trove.backup_create',
        'workflow_input': given if given is None else json.dumps(given),
        'workflow_params': '{}',
        'pattern': '30 1 * * *',
        'next_execution_time': '2026-11-22 01:30:00',
        'created_at': '2026-11-21 08:12:00',
    }
    return SimpleNamespace(**{**known, **facts})


def test_it_reads_what_the_client_writes():
    given = {
        'instance': INSTANCE,
        'name': 'nightly',
        'description': None,
        'incremental': None,
    }
    found = trove_schedules.schedule_of_trigger(trigger(given))
    assert (found.id, found.trigger_id) == ('any name', TRIGGER)
    assert (found.instance, found.name) == (INSTANCE, 'nightly')
    assert (found.description, found.incremental) == ('', False)
    assert (found.parent_id, found.input) == ('', given)
    night = datetime.datetime(2026, 11, 22, 1, 30, tzinfo=datetime.UTC)
    assert (found.next_execution_time, found.updated_at) == (night, None)


def test_a_trigger_that_fires_once_has_an_empty_pattern():
    given = {'instance': INSTANCE, 'name': 'n'}
    once = trigger(given, pattern=None)
    assert trove_schedules.schedule_of_trigger(once).pattern == ''


def test_the_base_of_increments_comes_in_the_environment():
    params = json.dumps({'env': {'parent_id': 'base'}})
    given = {'instance': INSTANCE, 'name': 'n'}
    found = trove_schedules.schedule_of_trigger(
        trigger(given, workflow_params=params)
    )
    assert (found.parent_id, found.env) == ('base', {'parent_id': 'base'})


@pytest.mark.parametrize('value', [True, 1, 'True', 'true', '1'])
def test_an_increment_may_be_asked_for_in_many_ways(value):
    given = {'instance': INSTANCE, 'name': 'n', 'incremental': value}
    assert trove_schedules.schedule_of_trigger(trigger(given)).incremental


OTHERS = {
    'another workflow': trigger(
        {'instance': INSTANCE, 'name': 'n'}, workflow_name='mine.report'
    ),
    'no input': trigger(None),
    'no instance': trigger({'name': INSTANCE}),
    'an instance that is no text': trigger({'instance': [INSTANCE]}),
    'a list': trigger([INSTANCE]),
    'no JSON': trigger(None, workflow_input=f'instance={INSTANCE}'),
}


@pytest.mark.parametrize('other', OTHERS.values(), ids=OTHERS)
def test_other_triggers_are_no_schedules(other):
    good = trigger({'instance': INSTANCE, 'name': 'n'})
    (found,) = trove_schedules.schedules_of_triggers([other, good])
    assert found.instance == INSTANCE
    with pytest.raises(exceptions.NotFound):
        trove_schedules.schedule_of_trigger(other)


def test_a_schedule_without_a_name_is_one_nevertheless():
    (found,) = trove_schedules.schedules_of_triggers(
        [trigger({'instance': INSTANCE})]
    )
    assert found.name == ''


@pytest.mark.parametrize(
    ('description', 'expected'),
    [
        (json.dumps(BY_CRON), TRIGGER),
        (TRIGGER, TRIGGER),
        ('', ''),
        (None, ''),
        ('by hand', ''),
        ('{"triggered_by": "me"}', ''),
        ('{"triggered_by": {"id": 7}}', ''),
        ('["triggered_by"]', ''),
    ],
)
def test_an_execution_belongs_to_the_trigger_it_names(description, expected):
    execution = SimpleNamespace(description=description)
    assert trove_schedules.trigger_id_of_execution(execution) == expected


def test_the_workbook_takes_what_the_client_sends_and_no_more():
    """Mistral adds defaults to an execution's input.

    The client compares that with the trigger's: it would find no execution.
    """
    book = yaml.safe_load(trove_workbook.workbook_definition())
    (flow,) = book['workflows'].values()
    names = [
        next(iter(i)) if isinstance(i, dict) else i for i in flow['input']
    ]
    assert names == ['instance', 'name', 'description', 'incremental']
    assert f'{book["name"]}.backup_create' == trove_schedules.WORKFLOW
