# SPDX-License-Identifier: Apache-2.0
"""A list as a CSV file (RFC 4180), streamed while it is read."""

from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Iterator
import csv
import datetime
import itertools
from typing import Any

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
# first characters of what spreadsheets take for a formula
_FORMULA = ('=', '+', '-', '@', '\t', '\r')


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
    text = str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text
