# SPDX-License-Identifier: Apache-2.0
"""Many executions of plans, read in few calls: outcomes and times."""

import collections
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
import dataclasses
import datetime
import functools
import typing

from protection_dashboard import exceptions
from protection_dashboard.api.cloud import Cloud
from protection_dashboard.api.mistral import executions as mistral_executions
from protection_dashboard.common import clock
from protection_dashboard.common import ids
from protection_dashboard.common import json_text
from protection_dashboard.executions import records
from protection_dashboard.executions import started_by
from protection_dashboard.workflows import definitions

#: pages of executions that ``entries_from`` reads at most
_MAX_PAGES = 10


class LogEntry(typing.NamedTuple):
    """An execution of a plan as far as lists of many need it.

    The fields are those of :class:`records.Execution`; ``by`` is empty unless
    a person started it, ``state_info`` is Mistral's state_info.
    """

    id: str
    plan_id: str
    schedule_id: str
    by: str
    state: str
    started: datetime.datetime
    updated: datetime.datetime
    state_info: str | None = None
    retry_of: str = ''

    @property
    def ended(self) -> datetime.datetime | None:
        """When it ended, None while it goes on."""
        return self.updated if self.state in records.FINAL else None

    @property
    def reason(self) -> str:
        """Why it failed in one line, empty if nothing failed."""
        return records.one_line_reason(self.state_info)

    @property
    def is_lost(self) -> bool:
        """Whether it was ended because Mistral had lost it."""
        return records.is_lost(self.state, self.state_info)

    @property
    def shown_state(self) -> str:
        """Its state for people: LOST in place of ERROR where it is lost."""
        return records.LOST if self.is_lost else self.state

    def duration(self, now: datetime.datetime) -> datetime.timedelta:
        """How long it took, or has taken until ``now`` (aware)."""
        return (self.ended or now) - self.started


def log_entry(row: Mapping[str, typing.Any]) -> LogEntry:
    """The entry of a row of :func:`api.mistral.executions.execution_rows`."""
    state_info = row['state_info']
    return LogEntry(
        row['id'],
        row['workflow_name'].removeprefix(definitions.PLAN_NAME_PREFIX),
        *_schedule_and_person(row['input']),
        records.execution_state(row['state'], state_info),
        clock.parse_utc(row['created_at']),
        clock.parse_utc(row['updated_at']),
        state_info,
        _retry_of(row['description']),
    )


# cached: all executions that one cron trigger starts have the same input
@functools.lru_cache(maxsize=4096)
def _schedule_and_person(text: str | None) -> tuple[str, str]:
    """``(schedule id, person)`` in an execution's input, '' where unknown."""
    given = json_text.object_or_empty(text)
    by = json_text.text_or_empty(given.get('by'))
    return ids.uuid_or_empty(given.get('schedule')), by


# cached: all executions of one cron trigger have the same description
_retry_of = functools.lru_cache(maxsize=4096)(started_by.retried_execution_id)


@dataclasses.dataclass(frozen=True)
class ExecutionLog:
    """Entries for executions, the newest first.

    ``is_complete`` says that there are no older ones.
    """

    entries: tuple[LogEntry, ...] = ()
    is_complete: bool = True

    @functools.cached_property
    def by_plan(self) -> dict[str, list[LogEntry]]:
        """``{plan id: its entries}``, the newest first."""
        found = collections.defaultdict(list)
        for run in self.entries:
            found[run.plan_id].append(run)
        return dict(found)

    def with_older(self, older: 'ExecutionLog') -> 'ExecutionLog':
        """A log with the executions of another one, all of them older."""
        known = {run.id for run in self.entries}
        more = tuple(run for run in older.entries if run.id not in known)
        return ExecutionLog(self.entries + more, self.is_complete)

    def known_from(
        self, oldest: datetime.datetime | None = None
    ) -> datetime.datetime | None:
        """From when on (aware) all executions are known.

        None when there is none. Mistral may have expired what began before
        its oldest execution, by age or by number: ``oldest`` (aware) is the
        start of the project's oldest one, by default that of the oldest in
        this log.
        """
        if self.entries and not self.is_complete:
            return self.entries[-1].started
        return oldest or (self.entries[-1].started if self.entries else None)


def read_log(
    cloud: Cloud,
    pages: int = 1,
    since: datetime.datetime | None = None,
    limit: int = mistral_executions.PAGE_SIZE,
    **filters: str,
) -> ExecutionLog:
    """The log of the project's executions of plans, newest first.

    At most ``pages`` calls to Mistral are made, each for ``limit``
    executions, and none after one that began before ``since`` (aware).
    ``filters`` are Mistral's filters of a list of executions.
    """
    text = clock.format_utc(since) if since else ''
    filters = filters or {'tags': definitions.PLAN_TAG}
    rows, is_complete = mistral_executions.execution_rows(
        cloud, pages, text, limit=limit, **filters
    )
    return ExecutionLog(tuple(map(log_entry, rows)), is_complete)


def entries_from(
    cloud: Cloud, since: datetime.datetime, **filters: typing.Any
) -> Iterator[LogEntry]:
    """The project's executions that began at a time or later, oldest first.

    They are read page by page, as needed. ``since`` is aware; ``filters`` are
    Mistral's filters of a list of executions. Refused after so many that the
    end is not worth waiting for.
    """
    filters['created_at'] = f'gte:{clock.format_utc(since)}'
    for _page in range(_MAX_PAGES):
        rows, is_last = mistral_executions.execution_rows(
            cloud, order='asc', **filters
        )
        yield from map(log_entry, rows)
        if is_last:
            return
        filters['marker'] = rows[-1]['id']
    raise exceptions.Refused(
        f"More than {_MAX_PAGES * mistral_executions.PAGE_SIZE} runs began "
        f"since {since:%Y-%m-%d %H:%M} UTC."
    )


def read_log_of_plans(
    cloud: Cloud,
    plan_ids: Iterable[str],
    limit: int = mistral_executions.PAGE_SIZE,
) -> ExecutionLog:
    """The log of the executions of some plans, by one call to Mistral."""
    names = records.plan_workflows_filter(plan_ids)
    return read_log(cloud, limit=limit, workflow_name=names)


def oldest_start(cloud: Cloud) -> datetime.datetime | None:
    """When (aware) the project's oldest execution of a plan began, or None."""
    rows, _is_complete = mistral_executions.execution_rows(
        cloud, limit=1, order='asc', tags=definitions.PLAN_TAG
    )
    return clock.parse_utc(rows[0]['created_at']) if rows else None
