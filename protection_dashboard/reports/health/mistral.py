# SPDX-License-Identifier: Apache-2.0
"""Whether Mistral works: our actions, its executors, its cron."""

from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
import datetime
import functools
from typing import Any

from protection_dashboard import exceptions
from protection_dashboard import plugins
from protection_dashboard.api import trove
from protection_dashboard.api.cloud import Cloud
from protection_dashboard.api.mistral import all_projects
from protection_dashboard.common import clock
from protection_dashboard.common.i18n import TranslatableText
from protection_dashboard.common.i18n import enumeration
from protection_dashboard.common.i18n import gettext_noop as _
from protection_dashboard.reports.health.check import FAILED
from protection_dashboard.reports.health.check import OK
from protection_dashboard.reports.health.check import WARNING
from protection_dashboard.reports.health.check import Check
from protection_dashboard.reports.health.check import NamedCheck
from protection_dashboard.reports.health.check import untranslated
from protection_dashboard.schedules import status as schedule_status
from protection_dashboard.settings import Settings
from protection_dashboard.workflows import installed_actions
from protection_dashboard.workflows import (
    trove_workbook as workflow_trove_workbook,
)

_ACTION = 'protection.version'
_MAX_TRIGGERS = 1000
#: how long a step of a run may take, in seconds
STEP_LIMIT = 180

ACTIONS = TranslatableText(_("Protection actions in Mistral"))
MESSAGES = TranslatableText(_("Messages of plans"))
SETTINGS = TranslatableText(_("Settings of Mistral"))
CRON = TranslatableText(_("Cron of Mistral"))
WORKBOOK = TranslatableText(_("Workbook of the database client's schedules"))
_INSTALL = TranslatableText(
    _(
        "Where Mistral's API, engine and executors run: pip install "
        "protection-dashboard==%(version)s, then restart these."
    ),
    {'version': plugins.installed_version()},
)


def check_actions(cloud: Cloud) -> list[Check]:
    """Check that our actions are installed and that an executor runs them.

    In the version of the panels, and with the same ways to notify.
    """
    absent = installed_actions.missing_actions(cloud)
    if absent:
        message = TranslatableText(
            _("Mistral does not have %(names)s."),
            {'names': enumeration(sorted(absent))},
        )
        return [Check(ACTIONS, FAILED, message, _INSTALL), *_unknown()]
    try:
        answer = all_projects.run_action(cloud, _ACTION)
    except exceptions.Refused as error:
        return [_older(error), *_unknown()]
    except exceptions.ProtectionError as error:
        return [_not_run(error), *_unknown()]
    return [
        _version(answer['version']),
        check_notifications(cloud.settings, answer),
        # those up to 0.1.0 tell nothing of them
        *(
            [check_settings(cloud.settings, answer['settings'])]
            if 'settings' in answer
            else _unknown()[1:]
        ),
    ]


def _unknown() -> list[Check]:
    text = TranslatableText(
        _("Unknown: no executor has told of mistral.conf.")
    )
    return [Check(name, WARNING, text) for name in (MESSAGES, SETTINGS)]


def _older(error: exceptions.ProtectionError) -> Check:
    message = TranslatableText(
        _("Mistral has an older version of them: %(error)s"), {'error': error}
    )
    return Check(ACTIONS, WARNING, message, _INSTALL)


def _not_run(error: exceptions.ProtectionError) -> Check:
    message = TranslatableText(
        _("They are installed, but no executor ran one: %(error)s"),
        {'error': error},
    )
    return Check(
        ACTIONS,
        FAILED,
        message,
        TranslatableText(
            _("Look whether Mistral's engine and executors run.")
        ),
    )


def _version(theirs: str) -> Check:
    ours = plugins.installed_version()
    facts = {'ours': ours, 'theirs': theirs}
    if ours == theirs:
        message = TranslatableText(
            _("Version %(ours)s here and there."), facts
        )
        return Check(ACTIONS, OK, message)
    message = TranslatableText(
        _("Version %(theirs)s, while the panels have %(ours)s."), facts
    )
    return Check(ACTIONS, WARNING, message, _INSTALL)


def check_notifications(ours: Settings, theirs: dict[str, Any]) -> Check:
    """Check that Mistral can send the notifications that Horizon offers.

    ``ours`` are the settings of Horizon, ``theirs`` is what the action
    ``protection.version`` gives: ``channels``, ``email`` and ``domains`` of
    mistral.conf, and ``mail_problem``.
    """
    if problem := theirs.get('mail_problem'):
        message = TranslatableText(
            _("The mail server of mistral.conf takes no emails: %(problem)s"),
            {'problem': problem},
        )
        advice = TranslatableText(
            _(
                "Nobody is told of failed runs by email. Look at the mail "
                "server, and at smtp_server, smtp_tls, smtp_user and "
                "smtp_password in mistral.conf, section [protection]."
            )
        )
        return Check(MESSAGES, FAILED, message, advice)
    lacks = sorted({*ours.channels} - {*theirs['channels']})
    if ours.sends_email and not theirs['email']:
        lacks.append('smtp_server')
    if ours.sends_email and {*ours.domains} - {*theirs.get('domains', ())}:
        lacks.append('notify_domains')
    if lacks:
        message = TranslatableText(
            _("Horizon offers what mistral.conf does not have: %(names)s."),
            {'names': enumeration(lacks)},
        )
        advice = TranslatableText(
            _("Set it in mistral.conf, section [protection].")
        )
        return Check(MESSAGES, WARNING, message, advice)
    return Check(MESSAGES, OK, *_offered(ours))


def check_settings(ours: Settings, theirs: Mapping[str, Any]) -> Check:
    """Check the settings of mistral.conf without which runs get lost.

    ``ours`` are the settings of Horizon; ``theirs`` are the ``settings`` that
    the action ``protection.version`` gives.
    """
    wrong = [*_wrong_settings(ours, theirs)]
    if not wrong:
        message = TranslatableText(
            _(
                "scheduler_type, [action_heartbeat] and lost_after_minutes "
                "are as runs need them."
            )
        )
        return Check(SETTINGS, OK, message)
    advice = TranslatableText(
        _("See the sample of mistral.conf in the installation guide.")
    )
    return Check(SETTINGS, WARNING, functools.reduce(_next, wrong), advice)


def _wrong_settings(
    ours: Settings, theirs: Mapping[str, Any]
) -> Iterator[TranslatableText]:
    """A sentence for each."""
    if theirs['scheduler_type'] == 'legacy':
        yield TranslatableText(
            _("scheduler_type is legacy: what a killed engine held is lost.")
        )
    given_up = theirs['given_up_after']
    if 0 < given_up <= STEP_LIMIT:
        yield TranslatableText(
            _(
                "[action_heartbeat] gives up a step after %(given_up)d s, and "
                "one may take %(limit)d s."
            ),
            {'given_up': given_up, 'limit': STEP_LIMIT},
        )
    if theirs['lost_after_minutes'] != ours.lost_after_minutes:
        yield TranslatableText(
            _(
                "lost_after_minutes is %(theirs)d, and %(ours)d in Horizon "
                "(PROTECTION_LOST_AFTER_MINUTES)."
            ),
            {
                'theirs': theirs['lost_after_minutes'],
                'ours': ours.lost_after_minutes,
            },
        )


def _next(
    before: TranslatableText, sentence: TranslatableText
) -> TranslatableText:
    params = {'before': before, 'sentence': sentence}
    return TranslatableText('%(before)s %(sentence)s', params)


def _offered(
    ours: Settings,
) -> tuple[TranslatableText, TranslatableText | None]:
    """By what plans can notify, and what the operator can do, or None."""
    ways: list[str | TranslatableText] = [*ours.channels, *ours.hosts]
    if ours.sends_email:
        ways.insert(0, TranslatableText(_("email")))
    if ways:
        message = TranslatableText(
            _("By %(ways)s."), {'ways': enumeration(ways)}
        )
        return message, None
    return TranslatableText(
        _("None are set up: a failed run tells nobody.")
    ), TranslatableText(
        _(
            "Set PROTECTION_SMTP_SERVER or PROTECTION_NOTIFY_CHANNELS in "
            "Horizon, and the same in mistral.conf."
        )
    )


def check_cron(cloud: Cloud) -> list[Check]:
    """Check that no cron trigger of any project is overdue."""
    since = clock.now() - schedule_status.GRACE
    late = all_projects.overdue_cron_triggers(cloud, since, _MAX_TRIGGERS)
    if not late:
        return [Check(CRON, OK, TranslatableText(_("No trigger is overdue.")))]
    oldest = clock.parse_utc(late[0].next_execution_time)
    message = TranslatableText(
        _("Overdue triggers: %(count)s, since %(time)s UTC."),
        {
            'count': _count(late),
            'time': f'{oldest.astimezone(datetime.UTC):%Y-%m-%d %H:%M}',
        },
    )
    advice = TranslatableText(
        _("Start Mistral's cron: its API, or mistral-server --server periodic")
    )
    return [Check(CRON, FAILED, message, advice)]


def _count(found: Sequence[Any]) -> str:
    return (
        f'{len(found)}' if len(found) < _MAX_TRIGGERS else f'{_MAX_TRIGGERS}+'
    )


def check_trove_workbook(cloud: Cloud) -> list[Check]:
    """Check that the workbook of the database client's schedules is public."""
    if not cloud.has(trove.SERVICE_TYPE):
        return []
    state = workflow_trove_workbook.needed_change(cloud)
    if state == workflow_trove_workbook.UNCHANGED:
        return [
            Check(
                WORKBOOK,
                OK,
                TranslatableText(_("Published for all projects.")),
            )
        ]
    message = {
        workflow_trove_workbook.CREATED: TranslatableText(
            _("It is not published.")
        ),
        workflow_trove_workbook.UPDATED: TranslatableText(
            _("An older one is published.")
        ),
    }
    advice = untranslated('python -m django protection_publish_workbook')
    return [Check(WORKBOOK, WARNING, message[state], advice)]


CHECKS: tuple[NamedCheck, ...] = (
    ((ACTIONS, MESSAGES, SETTINGS), check_actions),
    ((CRON,), check_cron),
    ((WORKBOOK,), check_trove_workbook),
)
