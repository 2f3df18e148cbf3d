# SPDX-License-Identifier: Apache-2.0
"""A report of each project's protection, for a spreadsheet or a script."""

import dataclasses
import io
import json

from django.core.management import base

from protection_dashboard.management import credentials
from protection_dashboard.reports import compliance
from protection_dashboard.ui import csv_export

_FIELDS = [field.name for field in dataclasses.fields(compliance.ProjectLine)]
_MAX_DAYS = 42


class Command(base.BaseCommand):
    help = (
        "Tell of each project how many of its resources are protected, not "
        "protected and stale, and how many runs failed, were missed, skipped "
        "or lost. "
        "Credentials of an administrator come from the options or from "
        "OS_AUTH_URL, OS_USERNAME, OS_PASSWORD and so on. What cannot be "
        "known goes to the error output, in JSON to 'gaps'."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser):
        credentials.add_arguments(parser)
        parser.add_argument('--format', choices=_FORMATS, default='text')
        parser.add_argument('--project', help="Its name or id; else all.")
        parser.add_argument(
            '--days',
            type=int,
            default=7,
            choices=range(1, _MAX_DAYS + 1),
            metavar=f'1-{_MAX_DAYS}',
            help="How far back runs count; 7 unless told.",
        )

    def handle(self, *args, **options):
        with credentials.refusals():
            cloud = credentials.cloud(options)
            found = compliance.compliance_report(cloud, options['days'])
        wanted = options['project']
        lines = [
            line
            for line in found.lines
            if wanted in (None, line.project, line.project_id)
        ]
        if wanted and not lines:
            raise base.CommandError(
                f"No project {wanted} has a resource or a plan."
            )
        self.stdout.write(
            _FORMATS[options['format']](lines, found.gaps), ending=''
        )
        if options['format'] != 'json':
            for gap in found.gaps:
                self.stderr.write(gap)


def _json_report(lines, gaps):
    report = {'projects': [dataclasses.asdict(one) for one in lines]}
    return json.dumps({**report, 'gaps': gaps}, indent=2) + '\n'


def _csv_report(lines, gaps):
    columns = [(name, _field_value(name)) for name in _FIELDS]
    return ''.join(csv_export.csv_lines(columns, lines)).removeprefix('\ufeff')


def _field_value(name):
    return lambda line: getattr(line, name)


def _text_report(lines, gaps):
    """The report as a table of aligned columns."""
    names = [name for name in _FIELDS if name != 'project_id']
    rows = [names, *([str(getattr(x, n)) for n in names] for x in lines)]
    rooms = [max(map(len, column)) for column in zip(*rows, strict=True)]
    output = io.StringIO()
    for first, *numbers in rows:
        cells = [
            number.rjust(room)
            for number, room in zip(numbers, rooms[1:], strict=True)
        ]
        output.write('  '.join([first.ljust(rooms[0]), *cells]) + '\n')
    return output.getvalue()


_FORMATS = {'text': _text_report, 'csv': _csv_report, 'json': _json_report}
