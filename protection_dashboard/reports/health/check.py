# SPDX-License-Identifier: Apache-2.0
"""What Health says of one thing that the product stands on."""

import dataclasses

from protection_dashboard.common.i18n import Words

OK = 'ok'
WARNING = 'warning'
FAILED = 'failed'
#: from the best to the worst
STATES = (OK, WARNING, FAILED)


@dataclasses.dataclass(frozen=True)
class Check:
    """One line: ``state`` is 'ok', 'warning' or 'failed'.

    ``name`` and ``told`` are Words, ``todo`` is Words or None: what the
    operator does about it.
    """

    name: Words
    state: str
    told: Words
    todo: Words | None = None

    @property
    def rank(self):
        """0 for ok, 1 for warning, 2 for failed: a command's exit status."""
        return STATES.index(self.state)


def worst(checks):
    """The rank of the worst of some checks."""
    return max((one.rank for one in checks), default=0)


def said(text):
    """Words of a text that nobody translates, such as a service's error."""
    return Words('%(text)s', {'text': str(text)})
