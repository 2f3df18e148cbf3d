# SPDX-License-Identifier: Apache-2.0
"""Many executions of plans, read in few calls: outcomes and times."""

import collections
from collections.abc import Iterable
from collections.abc import Mapping
import dataclasses
import datetime
import functools
import json
import typing

from protection_dashboard.api.cloud import Cloud
from protection_dashboard.api.mistral import executions as mistral_executions
from protection_dashboard.common import clock
from protection_dashboard.common import ids
from protection_dashboard.executions import records
from protection_dashboard.executions import started_by
from protection_dashboard.workflows import definitions

# Mistral keeps executions for at least that long, whatever is configured
_KEPT = datetime.timedelta(days=1)


class Brief(typing.NamedTuple):
    """An execution of a plan as far as lists of many need it.

    The fields are those of :class:`records.Execution`; ``by`` is empty unless
    a person started it, ``told`` is Mistral's state_info.
    """

    id: str
    plan_id: str
    schedule_id: str
    by: str
    state: str
    started: datetime.datetime
    updated: datetime.datetime
    told: str | None = None
    retry_of: str = ''

    @property
    def ended(self) -> datetime.datetime | None:
        """When it ended, None while it goes on."""
        return self.updated if self.state in records.FINAL else None

    @property
    def reason(self) -> str:
        """Why it failed in one line, empty if nothing failed."""
        return records.reason(self.told)

    def duration(self, now: datetime.datetime) -> datetime.timedelta:
        """How long it took, or has taken until ``now`` (aware)."""
        return (self.ended or now) - self.started


def brief(row: Mapping[str, typing.Any]) -> Brief:
    """The entry of a row of :func:`api.mistral.executions.execution_rows`."""
    state_info = row['state_info']
    return Brief(
        row['id'],
        row['workflow_name'].removeprefix(definitions.PREFIX),
        *_schedule_and_person(row['input']),
        records.state(row['state'], state_info),
        clock.utc(row['created_at']),
        clock.utc(row['updated_at']),
        state_info,
        _retry_of(row['description']),
    )


# cached: all executions that one cron trigger starts have the same input
@functools.lru_cache(maxsize=4096)
def _schedule_and_person(text: str | None) -> tuple[str, str]:
    """``(schedule id, person)`` in an execution's input, '' where unknown."""
    given = json.loads(text or '{}')
    return ids.uuid_or_empty(given.get('schedule')), given.get('by') or ''


# cached: all executions of one cron trigger have the same description
_retry_of = functools.lru_cache(maxsize=4096)(started_by.retry_of)


@dataclasses.dataclass(frozen=True)
class Ledger:
    """Entries for executions, the newest first.

    ``whole`` says that there are no older ones.
    """

    runs: tuple[Brief, ...] = ()
    whole: bool = True

    @functools.cached_property
    def by_plan(self) -> dict[str, list[Brief]]:
        """``{plan id: its entries}``, the newest first."""
        found = collections.defaultdict(list)
        for run in self.runs:
            found[run.plan_id].append(run)
        return dict(found)

    def with_older(self, older: 'Ledger') -> 'Ledger':
        """A log with the executions of another one, all of them older."""
        known = {run.id for run in self.runs}
        more = tuple(run for run in older.runs if run.id not in known)
        return Ledger(self.runs + more, self.whole)

    def known_from(
        self, now: datetime.datetime, oldest: datetime.datetime | None = None
    ) -> datetime.datetime | None:
        """From when on (aware) all executions are known.

        None when there never was one. Mistral may have expired what began
        before its oldest execution: ``oldest`` (aware) is the start of the
        project's oldest one, by default that of the oldest in this log.
        """
        if self.runs and not self.whole:
            return self.runs[-1].started
        began = oldest or (self.runs[-1].started if self.runs else None)
        return began and min(began, now - _KEPT)


def read(
    cloud: Cloud,
    pages: int = 1,
    since: datetime.datetime | None = None,
    limit: int = mistral_executions.PAGE,
    **filters: str,
) -> Ledger:
    """The log of the project's executions of plans, newest first.

    At most ``pages`` calls to Mistral are made, each for ``limit``
    executions, and none after one that began before ``since`` (aware).
    ``filters`` are Mistral's filters of a list of executions.
    """
    text = clock.text(since) if since else ''
    filters = filters or {'tags': definitions.PLAN_TAG}
    rows, whole = mistral_executions.walk(
        cloud, pages, text, limit=limit, **filters
    )
    return Ledger(tuple(map(brief, rows)), whole)


def read_plans(
    cloud: Cloud, plan_ids: Iterable[str], limit: int = mistral_executions.PAGE
) -> Ledger:
    """The log of the executions of some plans, by one call to Mistral."""
    names = records.plan_names(plan_ids)
    return read(cloud, limit=limit, workflow_name=names)


def oldest(cloud: Cloud) -> datetime.datetime | None:
    """When (aware) the project's oldest execution of a plan began, or None."""
    rows, _whole = mistral_executions.walk(
        cloud, limit=1, order='asc', tags=definitions.PLAN_TAG
    )
    return clock.utc(rows[0]['created_at']) if rows else None
