# SPDX-License-Identifier: Apache-2.0
"""What an operator does not allow, as errors of a form."""

from django.utils.translation import gettext

from protection_dashboard import limits
from protection_dashboard import tenant


def refuse_past_limits(form, document, others):
    """Add an error for each limit that saving a document would pass.

    ``others`` are all plans of the project.
    """
    for words in limits.check(document, others, tenant.limits()):
        form.add_error(None, words.text(gettext))
