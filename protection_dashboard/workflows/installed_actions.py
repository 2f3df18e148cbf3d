# SPDX-License-Identifier: Apache-2.0
"""Which of our actions a cloud's Mistral has."""

from protection_dashboard.api.mistral import client as mistral

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


SERVICE_TYPE = mistral.TYPE


def missing_actions(cloud):
    """Names of our actions that the cloud's Mistral does not have."""
    return ACTIONS - mistral.action_names(cloud, 'protection.')
