# SPDX-License-Identifier: Apache-2.0
"""Many runs of plans, read in few calls: what became of each, and when."""

import collections
import dataclasses
import datetime
import functools
import json
import typing

from protection_dashboard.api.mistral import executions as mistral_executions
from protection_dashboard.common import clock
from protection_dashboard.common import ids
from protection_dashboard.executions import records
from protection_dashboard.executions import started_by
from protection_dashboard.workflows import definitions

# Mistral keeps executions for that long at least, whatever its operator says
_KEPT = datetime.timedelta(days=1)


class Brief(typing.NamedTuple):
    """A run as far as lists need it; the fields mean what those of a Run do.

    ``by`` is empty unless a person started it, ``told`` what Mistral wrote
    into its state_info, or None.
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
    def ended(self):
        """When it ended, None while it goes on."""
        return self.updated if self.state in records.FINAL else None

    @property
    def reason(self):
        """One line, empty if nothing failed."""
        return records.reason(self.told)

    def duration(self, now):
        """How long it took, or has taken until ``now``."""
        return (self.ended or now) - self.started


def brief(row):
    """The Brief of a row of ``mistral_runs.walk``."""
    told = row['state_info']
    return Brief(
        row['id'],
        row['workflow_name'].removeprefix(definitions.PREFIX),
        *_starter(row['input']),
        records.state(row['state'], told),
        clock.utc(row['created_at']),
        clock.utc(row['updated_at']),
        told,
        _retry_of(row['description']),
    )


# all runs that cron starts for one schedule have the same input
@functools.lru_cache(maxsize=4096)
def _starter(text):
    """``(schedule's id, person)`` of a run's input, empty where unknown."""
    given = json.loads(text or '{}')
    return ids.uuid_or_empty(given.get('schedule')), given.get('by') or ''


# Mistral describes all runs of one cron trigger alike
_retry_of = functools.lru_cache(maxsize=4096)(started_by.retry_of)


@dataclasses.dataclass(frozen=True)
class Ledger:
    """Briefs, the newest first.

    Unless it is ``whole`` there are older ones.
    """

    runs: tuple = ()
    whole: bool = True

    @functools.cached_property
    def by_plan(self):
        """``{plan id: its Briefs}``, the newest first."""
        found = collections.defaultdict(list)
        for run in self.runs:
            found[run.plan_id].append(run)
        return dict(found)

    def with_older(self, older):
        """With runs of another Ledger that lie before all of these."""
        known = {run.id for run in self.runs}
        more = tuple(run for run in older.runs if run.id not in known)
        return Ledger(self.runs + more, self.whole)

    def known_from(self, now, oldest=None):
        """Since when all runs are known; None when there never was one.

        Mistral may have expired what is older than its oldest run:
        ``oldest`` is that of the project (aware), by default that of these.
        """
        if self.runs and not self.whole:
            return self.runs[-1].started
        began = oldest or (self.runs[-1].started if self.runs else None)
        return began and min(began, now - _KEPT)


def read(cloud, pages=1, since=None, limit=mistral_executions.PAGE, **filters):
    """A Ledger of the project's runs of plans: ``pages`` calls at most.

    Pages that lie before ``since`` (aware) are not read.
    """
    text = clock.text(since) if since else ''
    filters = filters or {'tags': definitions.PLAN_TAG}
    rows, whole = mistral_executions.walk(
        cloud, pages, text, limit=limit, **filters
    )
    return Ledger(tuple(map(brief, rows)), whole)


def read_plans(cloud, plan_ids, limit=mistral_executions.PAGE):
    """A Ledger of the runs of some plans, as far as one page tells."""
    names = records.plan_names(plan_ids)
    return read(cloud, limit=limit, workflow_name=names)


def oldest(cloud):
    """When the oldest run of a plan of the project began, None without."""
    rows, _whole = mistral_executions.walk(
        cloud, limit=1, order='asc', tags=definitions.PLAN_TAG
    )
    return clock.utc(rows[0]['created_at']) if rows else None
