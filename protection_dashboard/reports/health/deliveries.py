# SPDX-License-Identifier: Apache-2.0
"""Whether the operator's servers took the messages of the last day.

Only numbers and times are read of them: what tenants write stays out. It is
no warning, as a tenant can start an execution that tells anything; whether the
mail server works now is asked by :mod:`.mistral`.
"""

from collections.abc import Iterable
from collections.abc import Mapping
import datetime
import json
from typing import Any

from protection_dashboard.api import smtp
from protection_dashboard.api.cloud import Cloud
from protection_dashboard.api.mistral import all_projects
from protection_dashboard.common import clock
from protection_dashboard.common.i18n import TranslatableText
from protection_dashboard.common.i18n import gettext_noop as _
from protection_dashboard.executions import records as execution_records
from protection_dashboard.reports.health.check import OK
from protection_dashboard.reports.health.check import Check
from protection_dashboard.reports.health.check import NamedCheck
from protection_dashboard.workflows import definitions

NAME = TranslatableText(_("Messages of the last day"))
_DAY = datetime.timedelta(days=1)
#: pages of executions that are read at most
_MAX_PAGES = 3


def check_deliveries(cloud: Cloud) -> list[Check]:
    """Tell which messages of the last day the operator's servers refused."""
    since = clock.now() - _DAY
    rows, _is_complete = all_projects.execution_rows(
        cloud,
        _MAX_PAGES,
        since,
        more=('output',),
        tags=definitions.TAG,
        created_at=f'gte:{clock.format_utc(since)}',
    )
    return [check_of_rows(rows)]


def check_of_rows(rows: Iterable[Mapping[str, Any]]) -> Check:
    """The Check of executions, rows of Mistral with their ``output``."""
    lost = [
        (clock.parse_utc(row['updated_at']), row['project_id'], number)
        for row in rows
        if (number := lost_messages(row))
    ]
    if not lost:
        message = TranslatableText(
            _("No run tells of one that the operator's servers did not take.")
        )
        return Check(NAME, OK, message)
    newest = max(lost)[0].astimezone(datetime.UTC)
    facts = {
        'count': sum(number for _at, _project, number in lost),
        'projects': len({project for _at, project, _number in lost}),
        'time': f'{newest:%Y-%m-%d %H:%M}',
    }
    message = TranslatableText(
        _(
            "Not taken by the operator's mail server or channels, as the runs "
            "tell: %(count)d, of %(projects)d projects, the newest at "
            "%(time)s UTC."
        ),
        facts,
    )
    advice = TranslatableText(
        _(
            "Nobody was told what these runs had to tell. Look at the mail "
            "server and at the channels of mistral.conf."
        )
    )
    return Check(NAME, OK, message, advice)


def lost_messages(row: Mapping[str, Any]) -> int:
    """How many messages of an execution the operator's servers did not take.

    Anything else in the place of a number counts as none.
    """
    kind, _id = execution_records.workflow_kind_and_id(row['workflow_name'])
    if kind == 'notify':
        is_lost = row['state'] == execution_records.ERROR
        return int(is_lost and _ends_with_dead(row['state_info']))
    try:
        output = json.loads(row.get('output') or '{}')
        number = output['summary'][execution_records.UNDELIVERED]
    except (ValueError, LookupError, TypeError, RecursionError):
        return 0
    return number if type(number) is int and 0 < number < _MANY else 0


#: more messages than one run can send
_MANY = 10_000


def _ends_with_dead(state_info: str | None) -> bool:
    return (state_info or '').endswith(f': {smtp.DEAD}')


CHECKS: tuple[NamedCheck, ...] = (((NAME,), check_deliveries),)
