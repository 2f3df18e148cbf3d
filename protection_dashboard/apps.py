# SPDX-License-Identifier: Apache-2.0
"""The Django application: our policy file, and actions in others' tables."""

from pathlib import Path

from django import apps
from django.conf import settings

POLICY = Path(__file__).parent / 'policy' / 'defaults.yaml'


class ProtectionConfig(apps.AppConfig):
    name = 'protection_dashboard'
    label = 'protection_dashboard'

    def ready(self):
        # in the main thread, see there
        from protection_dashboard.common import concurrency  # noqa: F401
        from protection_dashboard.embedded import row_actions

        settings.POLICY_FILES.setdefault(
            'protection', 'protection_policy.yaml'
        )
        settings.DEFAULT_POLICY_FILES.setdefault('protection', str(POLICY))
        row_actions.extend_other_dashboards()
