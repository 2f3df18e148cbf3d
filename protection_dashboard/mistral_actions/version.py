# SPDX-License-Identifier: Apache-2.0
"""The action that tells which version of us Mistral's executors have."""

from typing import Any
from typing import TypedDict

from mistral_lib import actions
from oslo_config import cfg

from protection_dashboard import plugins
from protection_dashboard.api import smtp
from protection_dashboard.mistral_actions import action

#: seconds for a step of the mail server: the page Health waits for 5
_MAIL_TIMEOUT = 2


class MistralSettings(TypedDict):
    """What mistral.conf says of itself and of lost runs.

    ``given_up_after`` is after how many seconds without a heartbeat Mistral
    gives up a step, 0: never.
    """

    scheduler_type: str
    given_up_after: int
    lost_after_minutes: int


class VersionResult(TypedDict):
    """The result: ``channels`` are names, ``email`` is whether mail is set up.

    ``domains`` are those that email addresses may have. ``mail_problem`` says
    in a sentence why the mail server takes no emails now, '' if it does or
    none is set up. ``version`` is text such as "0.1.0". Up to that one there
    are no ``settings`` and no ``mail_problem``.
    """

    version: str
    channels: list[str]
    email: bool
    domains: list[str]
    settings: MistralSettings
    mail_problem: str


class Version(actions.Action):
    """The installed version, and the ways of sending messages that are set up.

    They are those of mistral.conf, without their addresses. It asks the mail
    server, but no service, so it answers every tenant.
    """

    def run(self, context: Any) -> VersionResult:
        """What Mistral calls."""
        operator = action.operator_settings()
        return {
            'version': plugins.installed_version(),
            'channels': sorted(operator.channels),
            'email': operator.sends_email,
            'domains': sorted(operator.domains),
            'settings': mistral_settings(
                cfg.CONF, operator.lost_after_minutes
            ),
            'mail_problem': smtp.mail_server_problem(operator, _MAIL_TIMEOUT)
            if operator.sends_email
            else '',
        }


def mistral_settings(conf: Any, lost_after_minutes: int) -> MistralSettings:
    """The MistralSettings of an oslo.config with Mistral's own options."""
    heartbeat = conf.action_heartbeat
    return {
        'scheduler_type': conf.scheduler_type,
        'given_up_after': heartbeat.check_interval
        * heartbeat.max_missed_heartbeats,
        'lost_after_minutes': lost_after_minutes,
    }
