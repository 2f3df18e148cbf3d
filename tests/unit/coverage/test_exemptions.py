# SPDX-License-Identifier: Apache-2.0
"""The note beside a resource that needs no protection."""

import datetime
import json

from hypothesis import given
from hypothesis import strategies as st
import pytest

from protection_dashboard.coverage import exemptions

AT = datetime.datetime(2026, 11, 21, 14, 30, 5, tzinfo=datetime.UTC)
TEXT = st.text(min_size=1)


def test_what_is_written_is_read_again():
    note = exemptions.Exemption('only <b>scratch</b>', 'demo', AT)
    assert exemptions.parse_exemption(note.written()) == note


@given(TEXT, TEXT)
def test_it_fits_into_metadata_whatever_is_written(note, by):
    assert len(exemptions.Exemption(note * 9, by * 9, AT).written()) <= 255


@pytest.mark.parametrize(
    ('text', 'note'),
    [
        ('true', 'true'),
        ('', ''),
        ('{"note": "half"}', '{"note": "half"}'),
        ('["note"]', '["note"]'),
        (
            '{"note": "x", "by": "y", "at": "yesterday"}',
            '{"note": "x", "by": "y", "at": "yesterday"}',
        ),
    ],
)
def test_what_somebody_else_wrote_is_the_note(text, note):
    assert exemptions.parse_exemption(text) == exemptions.Exemption(note)


def test_a_time_without_a_zone_is_in_utc():
    text = '{"note": "", "by": "", "at": "2026-11-21T14:30:05"}'
    assert exemptions.parse_exemption(text).at == AT


@pytest.mark.parametrize(
    'at',
    [
        '9999-12-31T23:59:59-12:00',
        '0001-01-01T00:00:00+12:00',
        '9999-12-31T23:59:59',
        '0001-01-01',
        '1969-12-31T23:59:59',
    ],
)
def test_a_time_that_cannot_be_shown_everywhere_is_left_out(at):
    text = json.dumps({'note': 'x', 'by': 'y', 'at': at})
    assert exemptions.parse_exemption(text) == exemptions.Exemption('x', 'y')


@given(st.recursive(st.text() | st.integers() | st.none(), st.lists))
def test_whatever_stands_there_is_a_note(value):
    assert isinstance(exemptions.parse_exemption(value).note, str)


def test_a_text_that_is_deep_is_a_note():
    deep = '[' * 100_000
    assert exemptions.parse_exemption(deep) == exemptions.Exemption(deep)


def test_what_names_no_resource_is_none_of_ours():
    text = exemptions.Exemption('x').written()
    found = {'': text, 'x': text, ':': text, 'volume:': text, ':id': text}
    found |= {'volume:id': text, 'volume:five': 5, 'volume:none': None}
    assert exemptions.exemptions_of_variables(found) == {
        'volume:id': exemptions.Exemption('x'),
        'volume:five': exemptions.Exemption('5'),
        'volume:none': exemptions.Exemption('None'),
    }
    assert exemptions.exemptions_of_variables(['volume:id']) == {}
