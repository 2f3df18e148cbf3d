# SPDX-License-Identifier: Apache-2.0
"""What an operator does not allow, as errors of a form."""

from django.utils.translation import gettext

from protection_dashboard.plans import limits as plan_limits
from protection_dashboard.ui import request_user


def add_limit_errors(form, document, others):
    """Add an error for each limit that saving a document would pass.

    ``others`` are all plans of the project.
    """
    for sentence in exceeded_limits(document, others):
        form.add_error(None, sentence)


def exceeded_limits(document, others):
    """A sentence for each limit that saving a document would pass."""
    found = plan_limits.check(document, others, request_user.operator_limits())
    return [words.text(gettext) for words in found]
