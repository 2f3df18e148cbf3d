# SPDX-License-Identifier: Apache-2.0
"""Lists as files that a spreadsheet opens, and runs nothing of."""

import csv
import datetime
import io

from hypothesis import given
from hypothesis import strategies
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
        ('\nx', "'\nx"),
        ('\r\n=1', "'\r\n=1"),
        ('  =1+1', "'  =1+1"),
        ('\n\n=1+1', "'\n\n=1+1"),
        ('"=1+1', "'\"=1+1"),
        ("'=1+1", "''=1+1"),
        ('“=1+1”', "'“=1+1”"),
        ('\u200b=1', "'\u200b=1"),
        ('\xa0=1', "'\xa0=1"),
        ('\ufeff\u2060-1', "'\ufeff\u2060-1"),
        ('\x00@A1', "'\x00@A1"),
        ('＝1+1', "'＝1+1"),
        ('＋1', "'＋1"),
        ('－1', "'－1"),
        ('＠A1', "'＠A1"),
        ('﹦1', "'﹦1"),
        ('−1', "'−1"),
        ('-7', "'-7"),
        (' ', ' '),
        ('"', '"'),
        ('a\ud800', 'a?'),
        ('a=b', 'a=b'),
        ('a -b', 'a -b'),
        ('(=1', '(=1'),
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


_BEFORE = strategies.text(
    strategies.sampled_from(' \t\n\r\xa0\u200b\u200d\u2060\ufeff\u3000"\'`'),
    max_size=5,
)
_SIGNS = strategies.sampled_from('=+-@＝＋－＠')


@given(_BEFORE, _SIGNS, strategies.text(max_size=9))
def test_nothing_is_a_formula_whatever_stands_before_its_sign(
    before, sign, after
):
    ((_heading,), (cell,)) = parsed([('A', str)], [before + sign + after])
    assert cell.startswith("'" + before + sign)


@given(strategies.text(max_size=20))
def test_a_text_stays_itself_but_for_the_sign_before_it(text):
    assert csv_export.csv_value(text) in (text, f"'{text}")
    assert ''.join(csv_export.csv_lines([('A', str)], [text])).encode()


@given(strategies.integers() | strategies.floats(allow_nan=False))
def test_a_number_stays_a_number(number):
    assert csv_export.csv_value(number) is number


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
