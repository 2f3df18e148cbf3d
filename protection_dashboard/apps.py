# SPDX-License-Identifier: Apache-2.0
"""The Django application: our policy, and actions in others' tables."""

from django import apps


class ProtectionConfig(apps.AppConfig):
    name = 'protection_dashboard'
    label = 'protection_dashboard'

    def ready(self):
        # in the main thread, see there
        from protection_dashboard.common import concurrency  # noqa: F401
        from protection_dashboard.embedded import row_actions
        from protection_dashboard.ui import policy

        policy.take_over()
        row_actions.extend_other_dashboards()
