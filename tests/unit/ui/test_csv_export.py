# SPDX-License-Identifier: Apache-2.0
"""Lists as files that a spreadsheet opens, and runs nothing of."""

import csv
import datetime
import io

import pytest

from protection_dashboard import exceptions
from protection_dashboard.ui import csv_export

CET = datetime.timezone(datetime.timedelta(hours=1))


def parsed(columns, rows, **more):
    text = ''.join(csv_export.csv_lines(columns, rows, **more))
    assert text.startswith('\ufeff')
    return list(csv.reader(io.StringIO(text.removeprefix('\ufeff'))))


@pytest.mark.parametrize(
    ('value', 'cell'),
    [
        (None, ''),
        ('', ''),
        (0, '0'),
        (-7, '-7'),
        (2.5, '2.5'),
        ('=1+1', "'=1+1"),
        ('+49', "'+49"),
        ('-', "'-"),
        ('@SUM(A1)', "'@SUM(A1)"),
        ('\tx', "'\tx"),
        ('a=b', 'a=b'),
        ('two\nlines, "quoted"', 'two\nlines, "quoted"'),
        (
            datetime.datetime(2026, 11, 21, 0, 30, 15, 9, tzinfo=CET),
            '2026-11-20T23:30:15Z',
        ),
    ],
)
def test_a_value_stands_there_as_what_it_is(value, cell):
    columns = [('Heading', lambda row: row)]
    assert parsed(columns, [value]) == [['Heading'], [cell] if cell else ['']]


def broken():
    yield 'first'
    raise exceptions.Unavailable("Mistral does not answer.")


def test_a_service_that_fails_in_the_middle_is_told_at_the_end():
    found = parsed([('A', str)], broken())
    end = 'This file is not complete: Mistral does not answer.'
    assert found == [['A'], ['first'], [end]]


def test_what_is_missing_is_told_after_the_last_row():
    found = parsed([('A', str)], ['a'], troubles=lambda: ["Trove is away."])
    end = 'This file is not complete: Trove is away.'
    assert found == [['A'], ['a'], [end]]


def test_a_file_has_an_end_and_says_so():
    found = parsed([('A', str)], range(csv_export.MAX_ROWS + 1))
    assert len(found) == csv_export.MAX_ROWS + 2
    ((last,),) = found[-1:]
    assert last.startswith('This file is not complete: there are more than')
    assert parsed([('A', str)], range(3))[-1] == ['2']
