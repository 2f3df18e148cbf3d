# SPDX-License-Identifier: Apache-2.0
"""Notices about what the cloud lacks, and how its operator adds it."""

import dataclasses

from django.core.cache import cache
from django.utils.translation import gettext

from protection_dashboard import exceptions
from protection_dashboard.api.cloud import Cloud
from protection_dashboard.workflows import installed_actions

_READY_SECONDS = 600


@dataclasses.dataclass(frozen=True)
class ReadinessNotice:
    """A message above a page, with the operator's command, if any."""

    text: str
    command: str = ''


def missing_notices(cloud: Cloud) -> list[ReadinessNotice]:
    """Notices about what this cloud lacks to protect anything."""
    if not cloud.has(installed_actions.SERVICE_TYPE):
        return [
            ReadinessNotice(
                gettext(
                    "This cloud has no workflow service (Mistral), which "
                    "runs every schedule. Your operator adds it with:"
                ),
                'openstack service create --name mistral workflowv2',
            )
        ]
    key = 'protection-ready-' + cloud.url(installed_actions.SERVICE_TYPE)
    if not cache.get(key):
        try:
            absent = installed_actions.missing_actions(cloud)
        except exceptions.ProtectionError:
            return []
        if absent:
            return [_actions_notice()]
        cache.set(key, value=True, timeout=_READY_SECONDS)
    return []


def _actions_notice() -> ReadinessNotice:
    return ReadinessNotice(
        gettext(
            "The workflow service (Mistral) does not have the protection "
            "actions, so every run would fail. Your operator installs them "
            "where Mistral's API, engine and executors run, and restarts "
            "these:"
        ),
        'pip install protection-dashboard',
    )
