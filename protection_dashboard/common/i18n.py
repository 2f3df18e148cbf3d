# SPDX-License-Identifier: Apache-2.0
"""Sentences of the domain, which a page can translate.

The domain does not import Django: it marks an English sentence for the
message catalog with :func:`gettext_noop` and returns it together with its
values as :class:`Words`. A page shows ``words.text(gettext)``, a log
``str(words)``.
"""

from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Mapping
import dataclasses
import functools


def gettext_noop(message: str) -> str:
    """Mark a sentence for ``makemessages``; returns it unchanged."""
    return message


@dataclasses.dataclass(frozen=True)
class TranslatableText:
    """A sentence with ``%(name)s`` in it, and the values of these names.

    A value that is itself a TranslatableText is translated too.
    """

    message: str
    params: Mapping[str, object] = dataclasses.field(default_factory=dict)

    def text(self, translate: Callable[[str], str] = str) -> str:
        """The sentence with its values; ``translate`` is like gettext."""
        values = {
            name: value.text(translate)
            if isinstance(value, TranslatableText)
            else value
            for name, value in self.params.items()
        }
        return translate(self.message) % values

    def __str__(self) -> str:
        return self.text()


def enumeration(items: Iterable[TranslatableText | str]) -> TranslatableText:
    """A TranslatableText: 'a', 'a and b', or 'a, b and c'.

    ValueError without any items.
    """
    *before, last = items
    if not before:
        return TranslatableText('%(last)s', {'last': last})
    first = functools.reduce(_comma, before)
    message = gettext_noop("%(first)s and %(last)s")
    return TranslatableText(message, {'first': first, 'last': last})


def _comma(
    first: TranslatableText | str, following: TranslatableText | str
) -> TranslatableText:
    message = gettext_noop("%(first)s, %(following)s")
    return TranslatableText(message, {'first': first, 'following': following})
