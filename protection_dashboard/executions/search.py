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

BY_SCHEDULE = 'schedule'
BY_PERSON = 'hand'
LOST = 'lost'
#: what a person calls a state -> (Mistral's filters, states of an Execution);
#: no states when the filters alone are exact
STATES: dict[str, tuple[dict[str, str], tuple[str, ...]]] = {
    'success': ({'state': records.SUCCESS}, (records.SUCCESS,)),
    'failed': ({'state': records.ERROR}, (records.ERROR,)),
    # these are among those that failed
    LOST: (
        {'state': records.ERROR, 'state_info': records.LOST_FILTER},
        (records.ERROR,),
    ),
    'running': ({'state': f'in:{",".join(records.UNFINISHED)}'}, ()),
    'cancelled': ({'state': records.CANCELLED}, ()),
    'skipped': (
        {'state': records.SUCCESS, 'state_info': records.SKIPPED_FILTER},
        (),
    ),
}
#: what an execution is for -> the tag that all of these and no others have
_TAGS: dict[str, str] = {
    records.Purpose.RESTORE: definitions.shared_workflow_tag('restore'),
    records.Purpose.DELETION: definitions.shared_workflow_tag('delete'),
    records.Purpose.MESSAGE: definitions.shared_workflow_tag('notify'),
}
_STARTED = {
    BY_SCHEDULE: started_by.SCHEDULE_FILTER,
    BY_PERSON: started_by.PERSON_FILTER,
}
# the output has the summary, which a list shows
_MORE_FIELDS = ('output',)
#: executions in one call, if many of them may not fit
CHUNK_SIZE = 200
#: executions in one call when all of them are wanted
_CHUNK_OF_ALL = 1000
_MAX_PAGES = 25
#: how many are looked through in all for one page
MAX_SEARCHED = CHUNK_SIZE * _MAX_PAGES
#: how many workflow names the URL of a request can hold
_MAX_NAMES = 50


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
ReadPage = Callable[[int, str, str], Sequence[Item]]


@dataclasses.dataclass(frozen=True)
class Search:
    """Which executions are wanted; empty fields exclude nothing.

    ``plans`` are ids, None for any; ``schedule`` is the id of a schedule;
    ``purpose`` is a Purpose; ``state`` is one of STATES; ``by`` is 'schedule',
    'hand' or a user's name.
    The executions began at ``since`` or later and before ``until`` (aware).
    """

    plans: tuple[str, ...] | None = None
    schedule: str = ''
    purpose: records.Purpose | str = ''
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
            filters['description'] = _STARTED.get(
                self.by
            ) or started_by.person_filter(self.by)
        if self.until:
            filters['created_at'] = f'lt:{clock.format_utc(self.until)}'
        elif self.since:
            filters['created_at'] = f'gte:{clock.format_utc(self.since)}'
        return filters

    def _workflow_filter(self) -> dict[str, str]:
        if self.plans is None or len(self.plans) > _MAX_NAMES:
            return {'tags': _TAGS.get(self.purpose, definitions.TAG)}
        return {'workflow_name': records.plan_workflows_filter(self.plans)}

    @property
    def discards_many(self) -> bool:
        """Whether many of the executions that Mistral lists may not fit."""
        return (
            bool(self.schedule)
            or len(self.plans or ()) > _MAX_NAMES
            or (self.purpose != '' and self.purpose not in _TAGS)
        )

    @property
    def finds_nothing(self) -> bool:
        """Whether nothing can fit, as all executions of plans make copies."""
        other = self.purpose not in ('', records.Purpose.BACKUP)
        return self.plans is not None and (other or not self.plans)

    def fits(self, run: records.Execution) -> bool:
        """Whether an execution fits the part that Mistral cannot decide."""
        _filters, states = STATES.get(self.state, ({}, ()))
        return (
            (self.plans is None or run.plan_id in self.plans)
            and self.schedule in ('', run.schedule_id)
            and self.purpose in ('', run.purpose)
            and (not states or run.state in states)
            and (self.state != LOST or run.is_lost)
            and (not self.by or self._started(run))
        )

    def _started(self, run: records.Execution) -> bool:
        if self.by in _STARTED:
            return bool(run.by) == (self.by == BY_PERSON)
        return run.by == self.by

    def is_past(self, run: records.Execution) -> bool:
        """Whether an execution, and so all older ones, began too early."""
        return self.since is not None and run.started < self.since


def schedule_search(schedule: Any) -> Search:
    """The search for all executions of a schedule, with its plan.

    No filter of Mistral finds those that a person started or whose trigger
    is gone, so the schedule is found in each execution's input.
    """
    return Search(plans=(schedule.plan.id,), schedule=schedule.id)


def search_page(
    cloud: Cloud,
    search: Search,
    limit: int,
    marker: str = '',
    order: str = 'desc',
) -> list[records.Execution]:
    """At most ``limit`` executions that fit, after the id ``marker``."""
    size = CHUNK_SIZE if search.discards_many else limit
    read = functools.partial(_read, cloud, search)
    return first_fitting(
        fitting_pages(read, search, size, marker, order), limit
    )[0]


def search_all(cloud: Cloud, search: Search) -> Iterator[records.Execution]:
    """All executions that fit, the newest first, as they are read."""
    return all_fitting(functools.partial(_read, cloud, search), search)


def _read(
    cloud: Cloud, search: Search, size: int, marker: str, order: str
) -> list[records.Execution]:
    if search.finds_nothing:
        return []
    return execution_service.list_executions(
        cloud, size, marker, order, more=_MORE_FIELDS, **search.filters
    )


def fitting_pages(
    read: ReadPage[Item],
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


def all_fitting(
    read: ReadPage[Item], search: Criteria[Item]
) -> Iterator[Item]:
    """Everything that fits, the newest first, as it is read."""
    return itertools.chain.from_iterable(
        fitting_pages(read, search, _CHUNK_OF_ALL)
    )


def first_fitting(
    lists: Iterable[list[Item]], limit: int
) -> tuple[list[Item], bool]:
    """``(found, is_cut)``: the first ``limit`` items of ``fitting_pages``.

    ``is_cut`` says that there may be more, but the bound of pages is reached.
    """
    found: list[Item] = []
    pages = 0
    for fitting in lists:
        found += fitting
        pages += 1
        if len(found) >= limit or pages == _MAX_PAGES:
            break
    return found[:limit], pages == _MAX_PAGES and len(found) < limit
