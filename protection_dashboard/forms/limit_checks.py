# SPDX-License-Identifier: Apache-2.0
"""The operator's limits on plans, as errors of a form."""

from typing import Any

from django.forms import Form
from django.utils.translation import gettext

from protection_dashboard.plans import limits as plan_limits
from protection_dashboard.plans.document import Plan
from protection_dashboard.ui import request_user


def add_limit_errors(form: Form, document: Any, others: list[Plan]) -> None:
    """Add an error for each limit that a plan document would exceed.

    ``others`` are all plans of the project.
    """
    for sentence in exceeded_limits(document, others):
        form.add_error(None, sentence)


def exceeded_limits(document: Any, others: list[Plan]) -> list[str]:
    """A sentence for each limit that a plan document would exceed."""
    found = plan_limits.exceeded_limits(
        document, others, request_user.operator_limits()
    )
    return [words.text(gettext) for words in found]
