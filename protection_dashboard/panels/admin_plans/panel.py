# SPDX-License-Identifier: Apache-2.0
"""The panel as Horizon registers it."""

from django.utils.translation import gettext_lazy as _
import horizon

from protection_dashboard.ui import request_user


class Panel(horizon.Panel):
    name = _("Plans")
    slug = 'protection_plans'
    policy_rules = request_user.ADMIN_RULES
