# SPDX-License-Identifier: Apache-2.0
"""A plan as text: its file, and the commands that make it."""

from protection_dashboard.plans import cli_commands
from protection_dashboard.plans import yaml_file


def facts(cloud, plan):
    """What the tab shows."""
    return {
        'plan': plan,
        'yaml': yaml_file.export(plan.document),
        'commands': cli_commands.of(cloud, plan),
    }
