# SPDX-License-Identifier: Apache-2.0
"""The note beside a resource that needs no protection."""

import datetime

from hypothesis import given
from hypothesis import strategies as st
import pytest

from protection_dashboard import unneeded

AT = datetime.datetime(2026, 11, 21, 14, 30, 5, tzinfo=datetime.UTC)
TEXT = st.text(min_size=1)


def test_what_is_written_is_read_again():
    note = unneeded.Note('only <b>scratch</b>', 'demo', AT)
    assert unneeded.read(note.written()) == note


@given(TEXT, TEXT)
def test_it_fits_into_metadata_whatever_is_written(note, by):
    assert len(unneeded.Note(note * 9, by * 9, AT).written()) <= 255


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
    assert unneeded.read(text) == unneeded.Note(note)


def test_a_time_without_a_zone_is_in_utc():
    text = '{"note": "", "by": "", "at": "2026-11-21T14:30:05"}'
    assert unneeded.read(text).at == AT
