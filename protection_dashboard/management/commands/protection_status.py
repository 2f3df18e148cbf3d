# SPDX-License-Identifier: Apache-2.0
"""The checks of the page Health, for a terminal and for monitoring."""

import contextlib
import json
import shutil
import sys
import textwrap

from django.core.management import base

from protection_dashboard import exceptions
from protection_dashboard.common import clock
from protection_dashboard.management import credentials
from protection_dashboard.panels.admin_health import policy_check
from protection_dashboard.reports import health

_LABELS = {'ok': 'OK', 'warning': 'WARNING', 'failed': 'FAILED'}
#: exit status that monitoring plugins use for CRITICAL
_CRITICAL = 2


class Command(base.BaseCommand):
    help = (
        "Tell whether the cloud can protect what it should, and end the runs "
        "of all projects that Mistral has lost. Exit status: 0 "
        "all is well, 1 warnings, 2 failures, also when nobody answers. "
        "Credentials of an administrator come from the options or from "
        "OS_AUTH_URL, OS_USERNAME, OS_PASSWORD and so on."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser):
        credentials.add_arguments(parser)
        parser.add_argument(
            '--format', choices=('text', 'json'), default='text'
        )

    def handle(self, *args, **options):
        with credentials.refusals(_CRITICAL):
            cloud = credentials.cloud(options)
            found = [
                *_ended_runs(cloud),
                *health.checks(cloud),
                *policy_check.policy_checks(),
            ]
        shown = _json_status if options['format'] == 'json' else _text_status
        self.stdout.write(shown(found))
        if health.worst(found):
            sys.exit(health.worst(found))


def _ended_runs(cloud):
    """The line about lost runs that this look has ended, if there were any.

    Without Mistral's answer there is none: the other checks tell it.
    """
    with contextlib.suppress(exceptions.ProtectionError):
        return health.end_lost_runs(cloud)
    return []


def _json_status(found):
    return json.dumps(
        {
            'state': max(found, key=lambda one: one.rank).state,
            'checked_at': _now(),
            'checks': [
                {
                    'name': str(one.name),
                    'state': one.state,
                    'told': str(one.message),
                    'todo': str(one.advice) if one.advice else None,
                }
                for one in found
            ],
        },
        indent=2,
        ensure_ascii=False,
    )


def _text_status(found):
    """A line for each check, the worst first, with the remedy below it."""
    room = max(len(str(one.name)) for one in found)
    width = max(60, shutil.get_terminal_size((100, 0)).columns)
    lines = []
    for one in sorted(found, key=lambda one: -one.rank):
        head = f'{_LABELS[one.state]:8} {one.name!s:{room}}  '
        lines += _wrapped(head, one.message, width)
        if one.advice:
            lines += _wrapped(' ' * len(head) + '-> ', one.advice, width)
    return '\n'.join([*lines, f"Checked at {_now()}."])


def _now():
    """The time in UTC as ISO 8601 writes it."""
    return f'{clock.now():%Y-%m-%dT%H:%M:%SZ}'


def _wrapped(head, text, width):
    return textwrap.wrap(
        str(text),
        max(width, len(head) + 40),
        initial_indent=head,
        subsequent_indent=' ' * len(head),
        break_long_words=False,
    )
