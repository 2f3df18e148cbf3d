# SPDX-License-Identifier: Apache-2.0
"""Whether Mistral works: our actions, its executors, its cron."""

from collections.abc import Sequence
import datetime
from typing import Any

from protection_dashboard import exceptions
from protection_dashboard import plugins
from protection_dashboard.api import trove
from protection_dashboard.api.cloud import Cloud
from protection_dashboard.api.mistral import all_projects
from protection_dashboard.common import clock
from protection_dashboard.common.i18n import Words
from protection_dashboard.common.i18n import enumeration
from protection_dashboard.common.i18n import gettext_noop as _
from protection_dashboard.reports.health.check import FAILED
from protection_dashboard.reports.health.check import OK
from protection_dashboard.reports.health.check import WARNING
from protection_dashboard.reports.health.check import Check
from protection_dashboard.reports.health.check import NamedCheck
from protection_dashboard.reports.health.check import said
from protection_dashboard.schedules import status as schedule_status
from protection_dashboard.settings import Settings
from protection_dashboard.workflows import installed_actions
from protection_dashboard.workflows import (
    trove_workbook as workflow_trove_workbook,
)

_ACTION = 'protection.version'
_MOST = 1000

ACTIONS = Words(_("Protection actions in Mistral"))
MESSAGES = Words(_("Messages of plans"))
CRON = Words(_("Cron of Mistral"))
WORKBOOK = Words(_("Workbook of the database client's schedules"))
_INSTALL = Words(
    _(
        "Where Mistral's API, engine and executors run: pip install "
        "protection-dashboard==%(version)s, then restart these."
    ),
    {'version': plugins.installed_version()},
)


def actions(cloud: Cloud) -> list[Check]:
    """Check that our actions are installed and that an executor runs them.

    In the version of the panels, and with the same ways to notify.
    """
    absent = installed_actions.missing_actions(cloud)
    if absent:
        told = Words(
            _("Mistral does not have %(names)s."),
            {'names': enumeration(sorted(absent))},
        )
        return [Check(ACTIONS, FAILED, told, _INSTALL), *_unknown()]
    try:
        answer = all_projects.action_run(cloud, _ACTION)
    except exceptions.Refused as error:
        return [_older(error), *_unknown()]
    except exceptions.ProtectionError as error:
        return [_not_run(error), *_unknown()]
    return [_version(answer['version']), messages(cloud.settings, answer)]


def _unknown() -> list[Check]:
    text = Words(_("Unknown: no executor has told of mistral.conf."))
    return [Check(MESSAGES, WARNING, text)]


def _older(error: exceptions.ProtectionError) -> Check:
    told = Words(
        _("Mistral has an older version of them: %(error)s"), {'error': error}
    )
    return Check(ACTIONS, WARNING, told, _INSTALL)


def _not_run(error: exceptions.ProtectionError) -> Check:
    told = Words(
        _("They are installed, but no executor ran one: %(error)s"),
        {'error': error},
    )
    return Check(
        ACTIONS,
        FAILED,
        told,
        Words(_("Look whether Mistral's engine and executors run.")),
    )


def _version(theirs: str) -> Check:
    ours = plugins.installed_version()
    facts = {'ours': ours, 'theirs': theirs}
    if ours == theirs:
        told = Words(_("Version %(ours)s here and there."), facts)
        return Check(ACTIONS, OK, told)
    told = Words(
        _("Version %(theirs)s, while the panels have %(ours)s."), facts
    )
    return Check(ACTIONS, WARNING, told, _INSTALL)


def messages(ours: Settings, theirs: dict[str, Any]) -> Check:
    """Check that Mistral can send the notifications that Horizon offers.

    ``ours`` are the settings of Horizon, ``theirs`` is what the action
    ``protection.version`` gives: ``channels`` and ``email`` of mistral.conf.
    """
    lacks = sorted({*ours.channels} - {*theirs['channels']})
    if ours.sends_email and not theirs['email']:
        lacks.append('smtp_server')
    if lacks:
        told = Words(
            _("Horizon offers what mistral.conf does not have: %(names)s."),
            {'names': enumeration(lacks)},
        )
        todo = Words(_("Set it in mistral.conf, section [protection]."))
        return Check(MESSAGES, WARNING, told, todo)
    return Check(MESSAGES, OK, *_offered(ours))


def _offered(ours: Settings) -> tuple[Words, Words | None]:
    """By what plans can notify, and what the operator can do, or None."""
    ways: list[str | Words] = [*ours.channels, *ours.hosts]
    if ours.sends_email:
        ways.insert(0, Words(_("email")))
    if ways:
        told = Words(_("By %(ways)s."), {'ways': enumeration(ways)})
        return told, None
    return Words(_("None are set up: a failed run tells nobody.")), Words(
        _(
            "Set PROTECTION_SMTP_SERVER or PROTECTION_NOTIFY_CHANNELS in "
            "Horizon, and the same in mistral.conf."
        )
    )


def cron(cloud: Cloud) -> list[Check]:
    """Check that no cron trigger of any project is overdue."""
    since = clock.now() - schedule_status.GRACE
    late = all_projects.overdue(cloud, since, _MOST)
    if not late:
        return [Check(CRON, OK, Words(_("No trigger is overdue.")))]
    oldest = clock.utc(late[0].next_execution_time)
    told = Words(
        _("Overdue triggers: %(count)s, since %(time)s UTC."),
        {
            'count': _count(late),
            'time': f'{oldest.astimezone(datetime.UTC):%Y-%m-%d %H:%M}',
        },
    )
    todo = Words(
        _("Start Mistral's cron: its API, or mistral-server --server periodic")
    )
    return [Check(CRON, FAILED, told, todo)]


def _count(found: Sequence[Any]) -> str:
    return f'{len(found)}' if len(found) < _MOST else f'{_MOST}+'


def trove_workbook(cloud: Cloud) -> list[Check]:
    """Check that the workbook of the database client's schedules is public."""
    if not cloud.has(trove.TYPE):
        return []
    state = workflow_trove_workbook.state(cloud)
    if state == workflow_trove_workbook.UNCHANGED:
        return [Check(WORKBOOK, OK, Words(_("Published for all projects.")))]
    told = {
        workflow_trove_workbook.CREATED: Words(_("It is not published.")),
        workflow_trove_workbook.UPDATED: Words(
            _("An older one is published.")
        ),
    }
    todo = said('python -m django protection_publish_workbook')
    return [Check(WORKBOOK, WARNING, told[state], todo)]


CHECKS: tuple[NamedCheck, ...] = (
    ((ACTIONS, MESSAGES), actions),
    ((CRON,), cron),
    ((WORKBOOK,), trove_workbook),
)
