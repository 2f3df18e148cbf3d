# SPDX-License-Identifier: Apache-2.0
"""The action that tells which version of us Mistral's executors have."""

from typing import Any
from typing import TypedDict

from mistral_lib import actions

from protection_dashboard import plugins
from protection_dashboard.mistral_actions import action


class VersionResult(TypedDict):
    """The result: ``channels`` are names, ``email`` is whether mail is set up.

    ``version`` is text such as "0.1.0".
    """

    version: str
    channels: list[str]
    email: bool


class Version(actions.Action):
    """The installed version, and the ways of sending messages that are set up.

    They are those of mistral.conf, without their addresses. It asks no
    service, so it answers every tenant.
    """

    def run(self, context: Any) -> VersionResult:
        """What Mistral calls."""
        operator = action.operator_settings()
        return {
            'version': plugins.installed_version(),
            'channels': sorted(operator.channels),
            'email': operator.sends_email,
        }
