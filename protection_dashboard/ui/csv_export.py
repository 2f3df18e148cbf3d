# SPDX-License-Identifier: Apache-2.0
"""A list as a CSV file (RFC 4180), streamed while it is read."""

from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Iterator
import csv
import datetime
import itertools
from typing import Any
import unicodedata

from django import http
from django.utils import timezone
from django.utils.translation import gettext

from protection_dashboard import exceptions
from protection_dashboard.protections.base import UNKNOWN_TIME
from protection_dashboard.ui.markup import StrOrPromise

#: pairs of a heading and a function that takes a row and gives its cell
Columns = Iterable[tuple[StrOrPromise, Callable[[Any], Any]]]
#: the most rows of a file; its last line says if there are more
MAX_ROWS = 100_000
# the byte order mark by which spreadsheets recognize UTF-8
_BOM = '\ufeff'
# with what spreadsheets let a formula begin, also in East Asian forms
_FORMULA = frozenset('=+-@\N{MINUS SIGN}')
# what they, or whoever splits the file again, may leave out before it
_QUOTES = frozenset('"\'`\N{ACUTE ACCENT}')


class _LineWriter:
    """A file whose ``write`` returns the line."""

    def write(self, line: str) -> str:
        return line


def csv_response(
    name: str,
    columns: Columns,
    rows: Iterable[Any],
    troubles: Callable[[], Iterable[str]] = tuple,
) -> http.StreamingHttpResponse:
    """The file's response; ``rows`` may be a generator, read as it is sent.

    ``columns`` are pairs of a heading and a function of a row, which gives
    text, a number, an aware time or None. ``troubles`` gives sentences about
    what is missing; it is called after the last row.
    """
    day = timezone.localdate()
    return http.StreamingHttpResponse(
        csv_lines(columns, rows, troubles),
        content_type='text/csv; charset=utf-8',
        headers={
            'Content-Disposition': f'attachment; filename="{name}-{day}.csv"',
            'Cache-Control': 'no-store',
        },
    )


def csv_lines(
    columns: Columns,
    rows: Iterable[Any],
    troubles: Callable[[], Iterable[str]] = tuple,
) -> Iterator[str]:
    """The lines of the file; see :func:`csv_response`."""
    write = csv.writer(_LineWriter()).writerow
    rows, why = iter(rows), ''
    yield _BOM + write([csv_value(str(heading)) for heading, _of in columns])
    try:
        for row in itertools.islice(rows, MAX_ROWS):
            yield write([csv_value(value(row)) for _heading, value in columns])
        if next(rows, None) is not None:
            why = gettext("there are more than %d rows: filter it") % MAX_ROWS
    except exceptions.ProtectionError as error:
        why = str(error)
    for one in filter(None, [why, *troubles()]):
        yield write([gettext("This file is not complete: %s") % one])


def csv_value(value: object) -> str | int | float:
    """A value as the file holds it: times in UTC, ISO 8601.

    Text that a spreadsheet would take for a formula is quoted.
    """
    if value is None or value == UNKNOWN_TIME:
        return ''
    if isinstance(value, datetime.datetime):
        utc = value.astimezone(datetime.UTC)
        return utc.isoformat(timespec='seconds').replace('+00:00', 'Z')
    if isinstance(value, int | float):
        return value
    # what has no form in UTF-8 would break the file off
    text = str(value).encode('utf-8', 'replace').decode('utf-8')
    return f"'{text}" if _may_be_formula(text) else text


def _may_be_formula(text: str) -> bool:
    """Whether a spreadsheet may take a text for a formula.

    https://owasp.org/www-community/attacks/CSV_Injection: it begins with one
    of the characters, or a tab or a line end; we also look behind blanks,
    quotes and what cannot be seen.
    """
    if text.startswith(('\t', '\r', '\n')):
        return True
    first = next(itertools.dropwhile(_is_left_out, text), '')
    return bool(_FORMULA & {*unicodedata.normalize('NFKC', first)})


def _is_left_out(character: str) -> bool:
    # of Unicode's categories, Z is blanks and C is what cannot be seen
    return (
        character in _QUOTES
        or unicodedata.category(character)[0] in 'ZC'
        or unicodedata.category(character) in ('Pi', 'Pf', 'Mn')
    )
