# SPDX-License-Identifier: Apache-2.0
"""A plan as text: its file, and the commands that make it."""

from protection_dashboard import plan_commands
from protection_dashboard import plan_yaml


def facts(cloud, plan):
    """What the tab shows."""
    return {
        'plan': plan,
        'yaml': plan_yaml.export(plan.document),
        'commands': plan_commands.of(cloud, plan),
    }
