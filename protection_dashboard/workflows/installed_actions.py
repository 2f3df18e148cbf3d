# SPDX-License-Identifier: Apache-2.0
"""Which of our Mistral actions are installed in a cloud."""

from protection_dashboard.api.cloud import Cloud
from protection_dashboard.api.mistral import client as mistral

#: names of all our actions
ACTIONS = frozenset(
    f'protection.{verb}'
    for verb in (
        'delete',
        'gate',
        'notify',
        'poll',
        'protect',
        'prune',
        'resolve',
        'restore',
    )
)
#: type of Mistral in the service catalog
SERVICE_TYPE = mistral.SERVICE_TYPE


def missing_actions(cloud: Cloud) -> frozenset[str]:
    """Names of our actions that the cloud's Mistral does not have."""
    return ACTIONS - mistral.action_names(cloud, 'protection.')
