# SPDX-License-Identifier: Apache-2.0
"""The mark on what a run makes: which plan, schedules and run made it.

Services with metadata of their own (Cinder, Manila) carry it there. The
others (Trove, Freezer) carry it at the end of the description, in brackets::

    Nightly copy [protection plan=<id> schedule=<id> execution=<id> size=1]

The brackets also hold facts that a restore may need when the original is gone.

A point counts for more than one schedule where several schedules of a plan
meet in a minute. In metadata each further one has a key of its own, so that a
service can filter by it: ``protection_also_<id>``. In a description they are
``also=<id>,<id>`` with ids of 22 characters. If that makes the mark too long,
its other ids become as short, then the facts are left out, and at last those
schedules for which there is no room: Trove's 255 characters take seven.

A mark also holds when the run asked the service for the point, by the clock
of Mistral's executor: the service's own clock may have been wrong.
"""

import base64
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
import dataclasses
import datetime
import re
from typing import Any
from typing import Self

from protection_dashboard.common import clock
from protection_dashboard.common import ids

PREFIX = 'protection_'
#: begins the metadata key of a further schedule, which ends with its id
ALSO_PREFIX = f'{PREFIX}also_'
#: the value of such a key
ALSO = 'yes'
# no service keeps a longer one of ours; the time of a search grows with the
# square of the length
_MAX_LENGTH = 2000
_WRITTEN = re.compile(r'\s*\[protection((?: [a-z_]+=[^\s\[\]]*)+)\]\s*$')
_SINGLE = ('plan', 'schedule', 'execution')
_REQUESTED = 'requested'
_TIME = '%Y-%m-%dT%H:%M:%SZ'
_SHORT_TIME = re.compile(r'[A-Za-z0-9_-]{6}')
#: the word of a description that holds when the run asked for the point
SHORT_TIME = 'at'


@dataclasses.dataclass(frozen=True)
class Mark:
    """Who made a recovery point: ids of plan, schedule and execution.

    ``schedule`` started the run, '' for a run by hand; ``also`` are further
    schedules of the plan that the point counts for. They do not matter for
    whether two marks are equal, as not every service has room for them.
    ``requested`` (aware, UTC, whole seconds) is when the run asked for the
    point, None if it is not known; it does not matter either.
    """

    plan: str = ''
    schedule: str = ''
    execution: str = ''
    also: tuple[str, ...] = dataclasses.field(default=(), compare=False)
    requested: datetime.datetime | None = dataclasses.field(
        default=None, compare=False
    )

    @classmethod
    def from_ids(cls, given: Mapping[str, str]) -> Self:
        """The mark with these ``ids``."""
        return cls(
            plan=given.get('plan', ''),
            schedule=given.get('schedule', ''),
            execution=given.get('execution', ''),
            also=tuple(filter(None, given.get('also', '').split(','))),
        )

    @property
    def ids(self) -> dict[str, str]:
        """``{field: id}`` without the empty ones; ``also`` with commas."""
        found = {name: getattr(self, name) for name in _SINGLE}
        found['also'] = ','.join(self.also)
        return {name: value for name, value in found.items() if value}

    @property
    def schedules(self) -> tuple[str, ...]:
        """The ids of all schedules it counts for, that which started first."""
        return tuple(filter(None, (self.schedule, *self.also)))

    def requested_metadata(self) -> dict[str, str]:
        """The metadata of a point that is asked for now."""
        return {
            **self.metadata(),
            PREFIX + _REQUESTED: f'{clock.now():{_TIME}}',
        }

    def metadata(self) -> dict[str, str]:
        """The ids as metadata of a service's object, without empty ones."""
        single = {PREFIX + name: self.ids.get(name) for name in _SINGLE}
        also = {ALSO_PREFIX + one: ALSO for one in self.also}
        return {key: value for key, value in single.items() if value} | also

    @classmethod
    def of(cls, metadata: Mapping[str, Any]) -> Self:
        """The mark in the metadata of a service's object; empty if none."""
        also = (
            key.removeprefix(ALSO_PREFIX)
            for key in metadata
            if isinstance(key, str) and key.startswith(ALSO_PREFIX)
        )
        return cls._of(
            lambda name: ids.uuid_or_empty(metadata.get(PREFIX + name)),
            map(ids.uuid_or_empty, also),
            _time_of_metadata(metadata.get(PREFIX + _REQUESTED)),
        )

    @classmethod
    def _of(
        cls,
        value: Callable[[str], str],
        also: Iterable[str],
        requested: datetime.datetime | None,
    ) -> Self:
        single = {name: value(name) for name in _SINGLE}
        further = {*also} - {'', single['schedule']}
        return cls(
            **single,
            also=tuple(sorted(further)),
            requested=requested,
        )

    def written(self, text: str | None, longest: int, **facts: object) -> str:
        """A description that ends with the mark, at most ``longest`` long.

        ``facts`` are short words without blanks or brackets; empty ones are
        left out. The text is cut so that the mark has room.
        """
        told = {name: fact for name, fact in facts.items() if fact}
        if not self.ids and not told:
            return (text or '')[:longest]
        ends = [*self._ends(told)]
        end = next((one for one in ends if len(one) <= longest), ends[-1])
        return (text or '')[: max(0, longest - len(end))] + end

    def _ends(self, facts: Mapping[str, object]) -> Iterator[str]:
        """Shorter and shorter ends of a description."""
        single = {name: self.ids.get(name, '') for name in _SINGLE}
        yield _end(single, self.also, facts)
        if not self.also:
            return
        short = {name: ids.short_uuid(one) for name, one in single.items()}
        yield _end(short, self.also, facts)
        for count in range(len(self.also), -1, -1):
            yield _end(short, self.also[:count], {})


def short_now() -> str:
    """Now, as a description holds it: six letters of base 64.

    They are the seconds since 1970 in four bytes.
    """
    seconds = int(clock.now().timestamp())
    return base64.urlsafe_b64encode(seconds.to_bytes(4)).decode().rstrip('=')


def _time_of_short(text: str) -> datetime.datetime | None:
    """The time that ``short_now`` gave; None for what is none."""
    if not _SHORT_TIME.fullmatch(text):
        return None
    seconds = int.from_bytes(base64.urlsafe_b64decode(f'{text}=='))
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC)


def _time_of_metadata(text: Any) -> datetime.datetime | None:
    """The time in metadata; None for what is none."""
    try:
        found = datetime.datetime.strptime(text, _TIME)
    except (TypeError, ValueError):
        return None
    return found.replace(tzinfo=datetime.UTC)


def _end(
    single: Mapping[str, str], also: Iterable[str], facts: Mapping[str, object]
) -> str:
    """The mark in its brackets, with a blank before them."""
    pairs = {**single, 'also': ','.join(map(ids.short_uuid, also)), **facts}
    words = ' '.join(f'{key}={value}' for key, value in pairs.items() if value)
    return f' [protection {words}]'


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
    mark = Mark._of(
        lambda name: ids.uuid_of_either(pairs.get(name, '')),
        map(ids.uuid_of_either, pairs.get('also', '').split(',')),
        _time_of_short(pairs.pop(SHORT_TIME, '')),
    )
    facts = {k: v for k, v in pairs.items() if not hasattr(mark, k)}
    return description[: found.start()], mark, facts
