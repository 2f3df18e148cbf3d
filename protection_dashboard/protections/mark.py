# SPDX-License-Identifier: Apache-2.0
"""The mark on what a run makes: whose it is.

Services with metadata of their own (Cinder, Manila) carry it there. The
others (Trove, Freezer) carry it at the end of the description, in brackets::

    Nightly copy [protection plan=<id> schedule=<id> execution=<id> size=1]

with further facts that a restore may need when the original is gone.
"""

import dataclasses
import re

from protection_dashboard.common import ids

PREFIX = 'protection_'
# no service keeps a longer one of ours; a search takes the square of it
_LONGEST = 2000
_WRITTEN = re.compile(r'\s*\[protection((?: [a-z_]+=[^\s\[\]]*)+)\]\s*$')


@dataclasses.dataclass(frozen=True)
class Mark:
    """Who made a recovery point: ids of plan, schedule and execution."""

    plan: str = ''
    schedule: str = ''
    execution: str = ''

    @property
    def ids(self):
        """``{field: id}`` without the empty ones."""
        return {k: v for k, v in dataclasses.asdict(self).items() if v}

    def metadata(self):
        """As metadata of the service's own object, empty ids left out."""
        return {PREFIX + key: value for key, value in self.ids.items()}

    @classmethod
    def of(cls, metadata):
        """The mark that a service's metadata carries; empty if none."""
        return cls._of(lambda name: metadata.get(PREFIX + name))

    @classmethod
    def _of(cls, value):
        names = [field.name for field in dataclasses.fields(cls)]
        return cls(**{n: ids.uuid_or_empty(value(n)) for n in names})

    def written(self, text, longest, **facts):
        """A description that ends with the mark, at most ``longest`` long.

        ``facts`` are short words without blanks or brackets, empty ones are
        left out; the text gives way to the mark.
        """
        told = {**self.ids, **{k: v for k, v in facts.items() if v}}
        if not told:
            return (text or '')[:longest]
        pairs = ' '.join(f'{key}={value}' for key, value in told.items())
        end = f' [protection {pairs}]'
        return (text or '')[: longest - len(end)] + end


def read(description):
    """``(text, mark, facts)`` of a description that ``written`` made.

    ``facts`` are ``{name: value}`` besides the mark, all of them text. What
    is no text at all says nothing.
    """
    if not isinstance(description, str):
        return '', Mark(), {}
    found = _WRITTEN.search(description, max(0, len(description) - _LONGEST))
    if not found:
        return description, Mark(), {}
    told = dict(pair.split('=', 1) for pair in found[1].split())
    mark = Mark._of(told.get)
    facts = {k: v for k, v in told.items() if not hasattr(mark, k)}
    return description[: found.start()], mark, facts
