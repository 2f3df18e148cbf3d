# SPDX-License-Identifier: Apache-2.0
"""Records of Freezer as anybody may write them: any JSON, one row each."""

import datetime
import time
import types

from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st
import pytest

from protection_dashboard.protections import base
from protection_dashboard.protections import mark as marks
from protection_dashboard.protections.freezer import actions as freezer_actions
from protection_dashboard.protections.freezer import records as freezer_records
from protection_dashboard.retention import policy as retention_policy
from tests.support import recovery_points

VOLUME = '29ff41f9-6803-46d8-b79d-5d958a340968'
MARK = base.Mark(plan=recovery_points.PLAN, execution=recovery_points.RUN)
AT = int(recovery_points.NOW.timestamp())
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.just('half a character \ud800')
    | st.just(MARK.written('x', 255)),
    lambda some: (
        st.lists(some, max_size=3)
        | st.dictionaries(st.text(max_size=5), some, max_size=3)
    ),
    max_leaves=5,
)
KEYS = st.sampled_from(
    (
        *freezer_actions.PLACE,
        'name',
        'description',
        'time_stamp',
        'step',
        'job',
        'cindernative_vol_id',
        'nova_inst_id',
        'project_id',
        'id',
        'status',
    )
)
#: lets records end up in every branch, and yet be odd
FACTS = st.dictionaries(KEYS, JSON, max_size=6).map(
    lambda odd: {**facts(), **odd}
)


def facts(**more):
    return {
        'mode': 'cindernative',
        'cindernative_vol_id': VOLUME,
        'backup_name': 'b',
        'container': 'c',
        'hostname': 'h',
        'time_stamp': AT,
        **more,
    }


def row(told, status='available'):
    return {
        'backup_id': 'r',
        'project_id': 'project',
        'user_id': 'u',
        'status': status,
        'backup_metadata': told,
    }


def point(told, status='available', *, made=True):
    """The point of a record, with a backup of Cinder's or without."""
    backup = types.SimpleNamespace(
        id='b', status='available', size=1, metadata={}, fail_reason=None
    )
    record = freezer_records.parse_record(row(told, status))
    found = [backup] if made else []
    return freezer_records.recovery_point_of_record(record, found, alone=True)


TEXTS = ('id', 'resource_id', 'name', 'description', 'status', 'label')


@settings(max_examples=600, deadline=None)
@given(JSON | FACTS, JSON, st.booleans())
def test_any_record_is_a_point(told, status, made):
    one = point(told, status, made=made)
    assert all(isinstance(getattr(one, name), str) for name in TEXTS)
    assert one.resource_type in ('volume', 'server', 'project')
    assert one.state in (base.AVAILABLE, base.PENDING, base.ERROR)
    local = one.created.astimezone(datetime.timezone.max)
    assert 1970 <= local.year <= 2200
    hash((one.id, one.resource_id, one.mark, *one.details['backups']))
    for text in (one.name, one.description, one.resource_id):
        text.encode()


ODD_TIMES = [
    *('abc', '', None, True, 0, -5, 10**20, -(10**14), 8 * 10**9),
    *(float('nan'), float('inf'), {}, [], '9' * 5000),
]


@pytest.mark.parametrize('stamp', ODD_TIMES)
def test_a_time_that_is_none_is_not_known(stamp):
    one = point(facts(time_stamp=stamp, description=MARK.written('', 255)))
    assert (one.created, one.mark) == (base.UNKNOWN_TIME, MARK)
    policy = retention_policy.Policy(
        recovery_points.PLAN, retention_policy.Retention(last=1, days=1)
    )
    good = point(facts(description=MARK.written('', 255)))
    found = retention_policy.retention_verdicts(
        [one, good], policy, recovery_points.NOW
    )
    assert all(verdict.keep for verdict in found[:1])


@pytest.mark.parametrize('stamp', [AT, str(AT), float(AT), AT + 0.9])
def test_a_time_is_read_however_it_is_written(stamp):
    assert point(facts(time_stamp=stamp)).created == recovery_points.NOW


def test_what_is_no_text_is_left_out():
    one = point(
        facts(name={}, description=5, step=['x'], job={}, hostname=None)
    )
    assert (one.name, one.description, one.mark) == ('b', '', base.Mark())
    assert one.details['hostname'] == ''


def test_a_resource_that_is_no_id_keeps_its_type():
    for odd in ({'a': 1}, 5, ['x'], ''):
        one = point(facts(cindernative_vol_id=odd))
        assert (one.resource_type, one.resource_id) == ('volume', '')
    server = {**facts(mode='nova', nova_inst_id={'a': 1})}
    del server['cindernative_vol_id']
    one = point(server)
    assert (one.resource_type, one.resource_id) == ('server', '')
    project = {**facts(mode='nova')}
    del project['cindernative_vol_id']
    one = point(project)
    assert (one.resource_type, one.resource_id) == ('project', 'project')


def test_a_long_description_does_not_take_long():
    begin = time.process_time()
    text, mark, _facts = marks.parse_description(' ' * 40_000 + '[')
    assert (len(text), mark) == (40_001, base.Mark())
    assert time.process_time() - begin < 0.5


@given(JSON)
def test_a_description_of_anything_has_a_text(told):
    text, mark, found = marks.parse_description(told)
    assert isinstance(text, str)
    assert isinstance(mark, base.Mark)
    assert isinstance(found, dict)
