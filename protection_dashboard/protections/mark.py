# SPDX-License-Identifier: Apache-2.0
"""The mark on what a run makes: which plan, schedule and run made it.

Services with metadata of their own (Cinder, Manila) carry it there. The
others (Trove, Freezer) carry it at the end of the description, in brackets::

    Nightly copy [protection plan=<id> schedule=<id> execution=<id> size=1]

The brackets also hold facts that a restore may need when the original is gone.
"""

from collections.abc import Callable
from collections.abc import Mapping
import dataclasses
import re
from typing import Any
from typing import Self

from protection_dashboard.common import ids

PREFIX = 'protection_'
# no service keeps a longer one of ours; the time of a search grows with the
# square of the length
_MAX_LENGTH = 2000
_WRITTEN = re.compile(r'\s*\[protection((?: [a-z_]+=[^\s\[\]]*)+)\]\s*$')


@dataclasses.dataclass(frozen=True)
class Mark:
    """Who made a recovery point: ids of plan, schedule and execution."""

    plan: str = ''
    schedule: str = ''
    execution: str = ''

    @property
    def ids(self) -> dict[str, str]:
        """``{field: id}`` without the empty ones."""
        return {k: v for k, v in dataclasses.asdict(self).items() if v}

    def metadata(self) -> dict[str, str]:
        """The mark as metadata of a service's object, without empty ids."""
        return {PREFIX + key: value for key, value in self.ids.items()}

    @classmethod
    def of(cls, metadata: Mapping[str, Any]) -> Self:
        """The mark in the metadata of a service's object; empty if none."""
        return cls._of(lambda name: metadata.get(PREFIX + name))

    @classmethod
    def _of(cls, value: Callable[[str], Any]) -> Self:
        names = [field.name for field in dataclasses.fields(cls)]
        return cls(**{n: ids.uuid_or_empty(value(n)) for n in names})

    def written(self, text: str | None, longest: int, **facts: object) -> str:
        """A description that ends with the mark, at most ``longest`` long.

        ``facts`` are short words without blanks or brackets; empty ones are
        left out. The text is cut so that the mark has room.
        """
        pairs = {**self.ids, **{k: v for k, v in facts.items() if v}}
        if not pairs:
            return (text or '')[:longest]
        words = ' '.join(f'{key}={value}' for key, value in pairs.items())
        end = f' [protection {words}]'
        return (text or '')[: longest - len(end)] + end


def parse_description(description: object) -> tuple[str, Mark, dict[str, str]]:
    """``(text, mark, facts)`` of a description that ``written`` made.

    ``facts`` are ``{name: value}`` besides the mark, all of them texts. A
    description that is no string has an empty text, mark and facts.
    """
    if not isinstance(description, str):
        return '', Mark(), {}
    found = _WRITTEN.search(
        description, max(0, len(description) - _MAX_LENGTH)
    )
    if not found:
        return description, Mark(), {}
    pairs = dict(pair.split('=', 1) for pair in found[1].split())
    mark = Mark._of(pairs.get)
    facts = {k: v for k, v in pairs.items() if not hasattr(mark, k)}
    return description[: found.start()], mark, facts
