# SPDX-License-Identifier: Apache-2.0
import json
import types

from hypothesis import given
from hypothesis import strategies
import pytest

from protection_dashboard import exceptions
from protection_dashboard.common.references import PointRef
from protection_dashboard.common.references import ResourceRef

SLUGS = strategies.from_regex(r'[-a-zA-Z0-9_]+', fullmatch=True)
IDS = strategies.text(min_size=1)
KINDS = pytest.mark.parametrize('kind', [ResourceRef, PointRef])


@KINDS
@given(slug=SLUGS, id_=IDS)
def test_what_is_written_is_read_again(kind, slug, id_):
    ref = kind(slug, id_)
    assert kind.parse(str(ref)) == ref
    assert type(kind.parse(str(ref))) is kind


@KINDS
@given(text=strategies.text())
def test_any_text_is_a_reference_or_is_not_found(kind, text):
    try:
        ref = kind.parse(text)
    except exceptions.NotFound as error:
        assert not all(text.partition(':'))
        str(error).encode()
    else:
        assert str(ref) == text
        assert all(ref)
        assert ':' not in ref[0]


@given(text=strategies.text())
def test_the_lenient_way_reads_the_same_and_never_fails(text):
    ref = ResourceRef.parse_leniently(text)
    try:
        assert ref == ResourceRef.parse(text)
    except exceptions.NotFound:
        assert '' in ref


@KINDS
@pytest.mark.parametrize('text', ['', ':', 'volume', 'volume:', ':1', '::'])
def test_half_a_reference_is_told_by_its_text(kind, text):
    with pytest.raises(exceptions.NotFound, match='There is no such') as error:
        kind.parse(text)
    assert repr(text) in str(error.value)


@KINDS
def test_a_long_text_is_told_in_short(kind):
    with pytest.raises(exceptions.NotFound) as error:
        kind.parse('x' * 10_000)
    assert len(str(error.value)) < 200


@KINDS
def test_a_lone_surrogate_can_be_told(kind):
    with pytest.raises(exceptions.NotFound) as error:
        kind.parse('\ud800')
    str(error.value).encode()


@KINDS
def test_an_id_may_have_colons(kind):
    assert kind.parse('freezer:a:b:') == ('freezer', 'a:b:')


@KINDS
def test_it_is_the_tuple_and_the_json_of_before(kind):
    ref = kind('volume', '1')
    assert ref == ('volume', '1')
    assert hash(ref) == hash(('volume', '1'))
    assert {('volume', '1'): 'found'}[ref] == 'found'
    assert json.dumps(ref) == '["volume", "1"]'
    assert f'{ref}' == 'volume:1'


def test_of_what_refers_to_a_resource():
    wanted = ResourceRef('volume', '1')
    resource = types.SimpleNamespace(type='volume', id='1')
    point = types.SimpleNamespace(
        protection='volume_snapshot',
        id='2',
        resource_type='volume',
        resource_id='1',
    )
    entry = {'type': 'volume', 'id': '1', 'name': 'web'}
    result = {'type': 'volume', 'resource_id': '1', 'id': '2'}
    assert ResourceRef.of_resource(resource) == wanted
    assert ResourceRef.of_point(point) == wanted
    assert ResourceRef.of_entry(entry) == wanted
    assert ResourceRef.of_result(result) == wanted
    assert PointRef.of_point(point) == ('volume_snapshot', '2')
