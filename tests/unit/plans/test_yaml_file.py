# SPDX-License-Identifier: Apache-2.0
"""Plans as YAML files, among them hostile files."""

import time
import uuid

from hypothesis import given
from hypothesis import strategies as st
import pytest
import yaml

from protection_dashboard import exceptions
from protection_dashboard.plans import yaml_file
from protection_dashboard.plans.schema import NOTIFICATION_EVENTS

RESOURCE = {'type': 'volume', 'id': 'a1', 'name': 'web-data'}
SNAPSHOT = {'protection': 'volume_snapshot', 'options': {'force': True}}
SCHEDULE = {
    'id': str(uuid.uuid4()),
    'pattern': '30 2 * * *',
    'zone': 'Europe/Berlin',
    'retention': {'daily': 7},
}
PLAN = {
    'version': 1,
    'id': str(uuid.uuid4()),
    'name': 'Nightly: no 1, 12:30 ö',
    'description': 'yes',
    'resources': [RESOURCE],
    'methods': {'volume': SNAPSHOT},
    'selectors': [{'type': 'volume', 'metadata': {'tier': '007'}}],
    'exclusions': [{'type': 'volume', 'name': 'tmp-*'}],
    'retention': {'last': 7, 'monthly': 12},
    'schedules': [SCHEDULE],
    'pins': [{'protection': 'volume_snapshot', 'id': 'p', 'note': ''}],
    'notification': {'on': ['failure'], 'webhook': 'pager'},
    'time_limit': 6,
    'promise': 36,
}
HEAD = 'version: 1\nname: x\n'


def read(text):
    content = text if isinstance(text, bytes) else text.encode()
    return yaml_file.plan_from_yaml(content)


def without_ids(document):
    schedules = [{**one, 'id': None} for one in document['schedules']]
    return {**document, 'id': None, 'schedules': schedules}


def refusal(text):
    """The sentence of the refusal, which must come within a second."""
    start = time.process_time()
    with pytest.raises(exceptions.Refused) as caught:
        read(text)
    assert time.process_time() - start < 1
    assert len(str(caught.value)) < 2000
    return str(caught.value)


def test_what_is_exported_comes_back_with_ids_of_its_own():
    text = yaml_file.plan_to_yaml(PLAN)
    assert PLAN['id'] not in text
    assert SCHEDULE['id'] not in text
    found = read(text)
    wanted = {key: one for key, one in PLAN.items() if key != 'pins'}
    assert without_ids(found) == without_ids(wanted)
    assert found['id'] != PLAN['id']
    assert found['schedules'][0]['id'] not in (SCHEDULE['id'], found['id'])


def test_a_file_begins_with_what_identifies_the_plan():
    lines = yaml_file.plan_to_yaml(PLAN).splitlines()
    assert lines[0].startswith('# A plan')
    assert [one.split(':')[0] for one in lines[1:4]] == [
        'version',
        'name',
        'description',
    ]


@given(st.text(st.characters(exclude_categories=['Cs']), min_size=1))
def test_any_name_comes_back(name):
    wanted = {**PLAN, 'name': name[:255]}
    assert read(yaml_file.plan_to_yaml(wanted))['name'] == name[:255]


# numbers in YAML 1.2, which we read, and text in 1.1, which PyYAML writes
@pytest.mark.parametrize('name', ['0E0', '1e3', '08', '.5', '+1.', '~', 'no'])
def test_a_name_like_a_value_comes_back_as_text(name):
    wanted = {**PLAN, 'name': name}
    assert read(yaml_file.plan_to_yaml(wanted))['name'] == name


def test_a_short_file_is_enough():
    found = read(HEAD)
    assert (found['resources'], found['schedules']) == ([], [])


def test_words_that_yaml_1_1_takes_for_values_are_text():
    text = 'version: 1\nname: no\ndescription: 12:30:45\n'
    found = read(text)
    assert (found['name'], found['description']) == ('no', '12:30:45')


BOMB = '\n'.join(
    [
        'a: &a [x, x, x, x, x, x, x, x, x]',
        *(
            f'{new}: &{new} [{", ".join([f"*{old}"] * 9)}]'
            for old, new in zip('abcdefgh', 'bcdefghi', strict=True)
        ),
    ]
)


REFUSALS = [
    (HEAD + 'description: &a x', "Line 3: a plan has no anchors"),
    (HEAD + 'description: *a', "Line 3: a plan has no anchors"),
    (BOMB, "Line 1: a plan has no anchors"),
    (HEAD + 'resources: &a [*a]', "Line 3: a plan has no anchors"),
    (
        HEAD + 'description: !!python/object/apply:os.system [id]',
        "Line 3: a plan has no tags.",
    ),
    (HEAD + 'description: !!str x', "Line 3: a plan has no tags."),
    (HEAD + '<<: {time_limit: 1}', "$.<<: This value is not known here."),
    (HEAD + 'name: y', "Line 3: this is no YAML that a plan has."),
    (HEAD + '5: y', "Line 3: this is no YAML that a plan has."),
    (HEAD + '[a]: y', "Line 3: this is no YAML that a plan has."),
    (HEAD + '---\n' + HEAD, "The file has more than one document."),
    (HEAD + 'resources: [', "Line 4: this is no YAML that a plan has."),
    (HEAD + 'resources: ' + '[' * 100, "Line 3: a plan has no parts as"),
    ('[' * 200_000, "Line 1: a plan has no parts as deep"),
    ('- ' * 100_000, "Line 1: a plan has no parts as deep"),
    ('{' * 100_000, "Line 1: a plan has no parts as deep"),
    ('a: ' * 50_000, "Line 1: this is no YAML"),
    ('"' * 200_001, "Line 1: this is no YAML"),
    ('version: ' + '9' * 200_000, "This is no YAML that a plan has."),
    ('x' * 200_000, "$: Must be a group of values."),
    ('x: y\n' * 5_000_000, "The file is too large"),
    ('? ' * 100_000, "Line 1: a plan has no parts as deep"),
    ('', "$: Must be a group of values."),
    (b'\xff\xfe\x00', "The file is no text in UTF-8."),
    ('name: \x00', "This is no YAML that a plan has."),
    (HEAD + 'id: ' + PLAN['id'], "$.id: This value is not known here."),
    (HEAD + 'pins: []', "$.pins: This value is not known here."),
    ('name: x', "$.version: This value is required."),
    ('version: 2\nname: x', "$.version: This value does not fit."),
    (
        HEAD + 'schedules: [{pattern: x, zone: UTC, tiem: 1}]',
        "$.schedules[0].tiem: This value is not known here.",
    ),
    (
        HEAD + 'schedules: [{pattern: x, zone: UTC, id: 1}]',
        "$.schedules[0].id: This value is not known here.",
    ),
    (
        HEAD + 'retention: {daily: 0, weekly: x}',
        "$.retention.daily: Must be at least 1. "
        "$.retention.weekly: Must be a whole number.",
    ),
    *(
        (
            HEAD + f'retention: {{days: {count}}}',
            "$.retention.days: Must be a whole number.",
        )
        for count in ('3.0', '1e3', '0x10', '0o10', '1_0', '"10"', 'true')
    ),
    (
        HEAD + 'selectors: [{type: volume}]',
        "Not a plan document: $.selectors[0]: no method is told for it",
    ),
]


@pytest.mark.parametrize(
    ('text', 'sentence'), REFUSALS, ids=range(len(REFUSALS))
)
def test_what_no_plan_has_is_refused_at_once(text, sentence):
    assert refusal(text).startswith(sentence)


def test_a_zero_in_front_of_a_number_changes_nothing():
    """YAML 1.1 took it for an octal one: ten days became eight."""
    assert read(HEAD + 'retention: {days: 010, last: 08}')['retention'] == {
        'days': 10,
        'last': 8,
    }


def test_many_unknown_keys_give_a_short_message():
    keys = ''.join(f'{"k" * 300}{number}: 1\n' for number in range(300))
    assert refusal(HEAD + keys).count('not known here') == 10


def test_a_big_but_valid_plan_is_read_fast():
    many = [{**RESOURCE, 'id': f'{number}'} for number in range(1000)]
    text = yaml_file.plan_to_yaml({**PLAN, 'resources': many})
    start = time.process_time()
    assert len(read(text)['resources']) == 1000
    assert time.process_time() - start < 1


def test_an_export_is_plain_yaml():
    assert yaml.safe_load(yaml_file.plan_to_yaml(PLAN))['name'] == PLAN['name']


@pytest.mark.parametrize('event', NOTIFICATION_EVENTS)
def test_a_file_may_name_each_event(event):
    told = {'on': [event], 'webhook': 'pager'}
    text = yaml_file.plan_to_yaml({**PLAN, 'notification': told})
    assert read(text)['notification'] == told
    wrong = text.replace(f'- {event}', '- someday')
    assert 'notification.on' in refusal(wrong)
