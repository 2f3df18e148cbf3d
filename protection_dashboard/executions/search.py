# SPDX-License-Identifier: Apache-2.0
"""Search the executions of a project.

Mistral takes one filter for each column. What it cannot filter by is decided
here for each execution that it lists, page by page, up to a bound.
"""

from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Sequence
import dataclasses
import datetime
import functools
import itertools
from typing import Any
from typing import Protocol
from typing import TypeVar

from protection_dashboard.api.cloud import Cloud
from protection_dashboard.common import clock
from protection_dashboard.executions import records
from protection_dashboard.executions import service as execution_service
from protection_dashboard.executions import started_by
from protection_dashboard.workflows import definitions

SCHEDULE = 'schedule'
HAND = 'hand'
#: what a person calls a state -> (Mistral's filters, states of an Execution);
#: no states when the filters alone are exact
STATES: dict[str, tuple[dict[str, str], tuple[str, ...]]] = {
    'success': ({'state': records.SUCCESS}, (records.SUCCESS,)),
    'failed': ({'state': records.ERROR}, (records.ERROR,)),
    'running': ({'state': f'in:{",".join(records.OPEN)}'}, ()),
    'cancelled': ({'state': records.CANCELLED}, ()),
    'skipped': (
        {'state': records.SUCCESS, 'state_info': records.IS_SKIPPED},
        (),
    ),
}
_STARTED = {SCHEDULE: started_by.BY_SCHEDULE, HAND: started_by.BY_HAND}
# the output has the summary, which a list shows
_MORE_FIELDS = ('output',)
#: executions in one call, if many of them may not fit
CHUNK = 200
#: executions in one call when all of them are wanted
_CHUNK_OF_ALL = 1000
_MOST_PAGES = 25
#: how many are looked through in all for one page
MOST = CHUNK * _MOST_PAGES
#: how many workflow names the URL of a request can hold
_MOST_NAMES = 50


class _HasId(Protocol):
    @property
    def id(self) -> str: ...


Item = TypeVar('Item', bound=_HasId)
_Item = TypeVar('_Item', contravariant=True)


class Criteria(Protocol[_Item]):
    """What decides about the items of a list that Mistral cannot filter.

    A :class:`Search` does so for executions.
    """

    def fits(self, item: _Item, /) -> bool:
        """Whether an item is wanted."""

    def is_past(self, item: _Item, /) -> bool:
        """Whether an item, and so all older ones, are too old."""


#: ``(size, marker, order)`` -> one page of a list
Read = Callable[[int, str, str], Sequence[Item]]


@dataclasses.dataclass(frozen=True)
class Search:
    """Which executions are wanted; empty fields exclude nothing.

    ``plans`` are ids, None for any; ``schedule`` is the id of a schedule;
    ``state`` is one of STATES; ``by`` is 'schedule', 'hand' or a user's name.
    The executions began at ``since`` or later and before ``until`` (aware).
    """

    plans: tuple[str, ...] | None = None
    schedule: str = ''
    state: str = ''
    by: str = ''
    since: datetime.datetime | None = None
    until: datetime.datetime | None = None

    @property
    def filters(self) -> dict[str, str]:
        """Mistral's filters for the part that it can decide."""
        state, _states = STATES.get(self.state, ({}, ()))
        filters = {**self._workflow_filter(), **state}
        if self.by:
            filters['description'] = _STARTED.get(self.by) or started_by.by(
                self.by
            )
        if self.until:
            filters['created_at'] = f'lt:{clock.text(self.until)}'
        elif self.since:
            filters['created_at'] = f'gte:{clock.text(self.since)}'
        return filters

    def _workflow_filter(self) -> dict[str, str]:
        if self.plans is None or len(self.plans) > _MOST_NAMES:
            return {'tags': definitions.TAG}
        return {'workflow_name': records.plan_names(self.plans)}

    @property
    def sifts(self) -> bool:
        """Whether many of the executions that Mistral lists may not fit."""
        return bool(self.schedule) or len(self.plans or ()) > _MOST_NAMES

    def fits(self, run: records.Run) -> bool:
        """Whether an execution fits the part that Mistral cannot decide."""
        _filters, states = STATES.get(self.state, ({}, ()))
        return (
            (self.plans is None or run.plan_id in self.plans)
            and self.schedule in ('', run.schedule_id)
            and (not states or run.state in states)
            and (not self.by or self._started(run))
        )

    def _started(self, run: records.Run) -> bool:
        if self.by in _STARTED:
            return bool(run.by) == (self.by == HAND)
        return run.by == self.by

    def is_past(self, run: records.Run) -> bool:
        """Whether an execution, and so all older ones, began too early."""
        return self.since is not None and run.started < self.since


def of_schedule(schedule: Any) -> Search:
    """The search for all executions of a schedule, with its plan.

    No filter of Mistral finds those that a person started or whose trigger
    is gone, so the schedule is found in each execution's input.
    """
    return Search(plans=(schedule.plan.id,), schedule=schedule.id)


def page(
    cloud: Cloud,
    search: Search,
    limit: int,
    marker: str = '',
    order: str = 'desc',
) -> list[records.Run]:
    """At most ``limit`` executions that fit, after the id ``marker``."""
    size = CHUNK if search.sifts else limit
    read = functools.partial(_read, cloud, search)
    return some(walk(read, search, size, marker, order), limit)[0]


def every(cloud: Cloud, search: Search) -> Iterator[records.Run]:
    """All executions that fit, the newest first, as they are read."""
    return walk_all(functools.partial(_read, cloud, search), search)


def _read(
    cloud: Cloud, search: Search, size: int, marker: str, order: str
) -> list[records.Run]:
    if search.plans == ():
        return []
    return execution_service.run_page(
        cloud, size, marker, order, more=_MORE_FIELDS, **search.filters
    )


def walk(
    read: Read[Item],
    search: Criteria[Item],
    size: int,
    marker: str = '',
    order: str = 'desc',
) -> Iterator[list[Item]]:
    """Yield for each page that ``read`` returns a list of what fits.

    It ends with the last page, or once all others are too old.
    """
    while True:
        found = read(size, marker, order)
        yield [
            one
            for one in found
            if search.fits(one) and not search.is_past(one)
        ]
        is_past = order == 'desc' and found and search.is_past(found[-1])
        if len(found) < size or is_past:
            return
        marker = found[-1].id


def walk_all(read: Read[Item], search: Criteria[Item]) -> Iterator[Item]:
    """Everything that fits, the newest first, as it is read."""
    return itertools.chain.from_iterable(walk(read, search, _CHUNK_OF_ALL))


def some(lists: Iterable[list[Item]], limit: int) -> tuple[list[Item], bool]:
    """``(found, cut)``: the first ``limit`` items of ``fitting_pages``.

    ``cut`` says that there may be more, but the bound of pages is reached.
    """
    found: list[Item] = []
    pages = 0
    for fitting in lists:
        found += fitting
        pages += 1
        if len(found) >= limit or pages == _MOST_PAGES:
            break
    return found[:limit], pages == _MOST_PAGES and len(found) < limit
