# SPDX-License-Identifier: Apache-2.0
"""What a backup's description keeps of its instance."""

import uuid

import pytest

from protection_dashboard.protectables.base import Resource
from protection_dashboard.protections import mark as marks
from protection_dashboard.protections.database_backup import instance_facts

ID = str(uuid.UUID(int=2**128 - 7))
MARK = marks.Mark(plan=ID, schedule=ID, execution=ID)


def instance(flavor=ID, network=ID, size=16384):
    details = {'flavor': flavor, 'network': network}
    return Resource(ID, 'database', 'x', 'ACTIVE', 'available', size, details)


def read(description):
    text, mark, facts = marks.parse_description(description)
    backup = {'size': 0.1, 'datastore': {'type': 'mysql'}}
    return text, mark, instance_facts.point_details(backup, facts)


def test_all_facts_and_most_of_a_short_text_fit():
    written = instance_facts.backup_description('word ' * 60, instance(), MARK)
    assert len(written) <= instance_facts.MAX_DESCRIPTION_LENGTH
    text, mark, details = read(written)
    assert text.startswith('word word word word word')
    assert mark == MARK
    assert details == {
        'datastore': 'mysql',
        'size_gb': 0.1,
        'flavor': ID,
        'volume_size': 16384,
        'network': ID,
    }


@pytest.mark.parametrize('flavor', ['d1', '42', 'm1.tiny', 'x' * 21])
def test_a_short_flavor_id_stays_as_it_is(flavor):
    written = instance_facts.backup_description('t', instance(flavor), MARK)
    assert f' flavor={flavor} ' in written
    assert read(written)[2]['flavor'] == flavor


@pytest.mark.parametrize('flavor', ['x' * 22, 'a b', 'a]b', 'y' * 300])
def test_a_flavor_id_that_does_not_fit_is_left_out(flavor):
    written = instance_facts.backup_description('t', instance(flavor), MARK)
    assert 'flavor' not in read(written)[2]
    assert read(written)[2]['network'] == ID


def test_lines_become_one():
    written = instance_facts.backup_description('a\nb\n', instance(), MARK)
    assert written.startswith('a b [protection ')


@pytest.mark.parametrize(
    'forged',
    [
        'flavor=' + '!' * 22,
        'flavor=' + 'é' * 22,
        'size=many',
        'size=²',
        'size=-1',
        'size=',
    ],
)
def test_a_forged_fact_is_no_fact(forged):
    details = read(f't [protection plan={ID} {forged}]')[2]
    assert details.keys() == {'datastore', 'size_gb'}
