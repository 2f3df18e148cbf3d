# SPDX-License-Identifier: Apache-2.0
"""Sentences of the core, which a page can translate.

The core knows no Django: it marks an English sentence for the catalog with
:func:`gettext_noop` and hands it out with its values apart, as
:class:`Words`. A page shows ``words.text(gettext)``, a log ``str(words)``.
"""

import dataclasses
import functools


def gettext_noop(message):
    """Mark a sentence for ``makemessages`` and give it back as it is."""
    return message


@dataclasses.dataclass(frozen=True)
class Words:
    """A sentence and the values that ``%(name)s`` in it stand for.

    A value that is itself ``Words`` is translated too.
    """

    message: str
    params: dict = dataclasses.field(default_factory=dict)

    def text(self, translate=str):
        """One string; ``translate`` is a gettext function."""
        values = {
            name: value.text(translate) if isinstance(value, Words) else value
            for name, value in self.params.items()
        }
        return translate(self.message) % values

    def __str__(self):
        return self.text()


def enumeration(items):
    """``Words`` of 'a', 'a and b', or 'a, b and c', of Words or strings."""
    *items, last = items
    if not items:
        return Words('%(last)s', {'last': last})
    first = functools.reduce(_comma, items)
    message = gettext_noop("%(first)s and %(last)s")
    return Words(message, {'first': first, 'last': last})


def _comma(first, following):
    message = gettext_noop("%(first)s, %(following)s")
    return Words(message, {'first': first, 'following': following})
