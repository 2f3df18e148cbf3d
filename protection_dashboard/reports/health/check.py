# SPDX-License-Identifier: Apache-2.0
"""The result of checking one thing that the product depends on."""

from collections.abc import Callable
from collections.abc import Iterable
import dataclasses

from protection_dashboard.api.cloud import Cloud
from protection_dashboard.common.i18n import TranslatableText

OK = 'ok'
WARNING = 'warning'
FAILED = 'failed'
#: from the best to the worst
STATES = (OK, WARNING, FAILED)


@dataclasses.dataclass(frozen=True)
class Check:
    """One line of the page Health.

    ``name`` is what was checked, ``state`` 'ok', 'warning' or 'failed',
    ``message`` what was found, and ``advice`` what the operator can do, or
    None.
    """

    name: TranslatableText
    state: str
    message: TranslatableText
    advice: TranslatableText | None = None

    @property
    def rank(self) -> int:
        """0 for ok, 1 for warning, 2 for failed: a command's exit status."""
        return STATES.index(self.state)


#: the names of the lines that a function gives, and the function itself
NamedCheck = tuple[
    tuple[TranslatableText, ...], Callable[[Cloud], list[Check]]
]


def worst(checks: Iterable[Check]) -> int:
    """The rank of the worst of some checks, 0 if there are none."""
    return max((one.rank for one in checks), default=0)


def untranslated(text: object) -> TranslatableText:
    """Words of a text that is not translated, such as a service's error."""
    return TranslatableText('%(text)s', {'text': str(text)})
