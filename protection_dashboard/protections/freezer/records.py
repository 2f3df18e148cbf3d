# SPDX-License-Identifier: Apache-2.0
"""Recovery points of Freezer: its records, and Cinder's backups behind them.

A record tells what an agent was asked to do, not what came of it. The backup
of a volume is one of Cinder: its metadata names the record, and its status is
the status of the point. Records that we make also carry a name, a description
with the mark, the job's id and the step of the run that made them.

Anybody in the project may write any JSON into a record. It is parsed here
only: a value that is no text counts as missing, one that is no time as
unknown.
"""

import collections
from collections.abc import Iterable
import dataclasses
import datetime
from typing import Any

from protection_dashboard.api import cinder
from protection_dashboard.api import freezer
from protection_dashboard.api.cloud import Cloud
from protection_dashboard.protections import base
from protection_dashboard.protections import mark as marks
from protection_dashboard.protections import recovery_point
from protection_dashboard.protections.freezer import actions
from protection_dashboard.protections.freezer.documents import Action

SLUG = 'freezer'
LINK = 'freezer_backup_id'  # Cinder's metadata: the record's id
LOST = 'lost'
_MAX_TEXT_LENGTH = 1000
_LATEST = recovery_point.LATEST_TIME.timestamp()
_MODES = ('cindernative', 'nova')
_STATES = {
    'available': base.AVAILABLE,
    'creating': base.PENDING,
    'deleting': base.PENDING,
    'restoring': base.PENDING,
}
# which one counts of several backups of one record, as a scheduler's restart
# leaves them
_BEST = ('available', 'restoring', 'creating', 'deleting')


@dataclasses.dataclass(frozen=True)
class Record:
    """A record of a backup, parsed; '' stands for what is missing or no text.

    ``kind`` is a key of RESOURCE_KEYS, the slug of what was backed up.
    ``time_stamp`` is in seconds since 1970, 0 if unknown. ``step`` names the
    step of the run that made it (see backups.py), ``job`` is the id of the
    job that works on it. ``place`` has the keys of actions.PLACE.
    """

    id: str
    status: str
    kind: str
    resource_id: str
    time_stamp: int
    name: str
    description: str
    step: str
    job: str
    place: dict[str, str]

    @property
    def backup_name(self) -> str:
        """The name that the agent gave the backup."""
        return self.place['backup_name']


def create_record(
    cloud: Cloud,
    action: Action,
    *,
    name: str,
    description: str | None,
    mark: base.Mark,
    **facts: str,
) -> str:
    """Create the record of a backup that is to be made; returns its id.

    ``facts`` are further texts for the record, such as ``step`` and ``job``.
    """
    now = datetime.datetime.now(datetime.UTC)
    record_id: str = freezer.backup_create(
        cloud,
        {
            **action,
            **facts,
            'status': 'creating',
            'time_stamp': int(now.timestamp()),
            'name': name,
            'description': mark.written(description, _MAX_TEXT_LENGTH),
        },
    )
    return record_id


def record_id_of_step(cloud: Cloud, step: str) -> str | None:
    """The id of the record that a run's step made already, or None."""
    found: list[dict[str, str]] = freezer.backup_list(cloud, step=step)
    return found[0]['backup_id'] if found else None


def get_record(cloud: Cloud, record_id: str) -> Record:
    """One record; NotFound if the project has none with this id."""
    return parse_record(freezer.backup_get(cloud, record_id))


def get_point(cloud: Cloud, record_id: str) -> base.RecoveryPoint:
    """One point; NotFound if the project has no record with this id."""
    record = get_record(cloud, record_id)
    if record.kind == 'volume':
        return recovery_point_of_record(
            record, cinder_backups(cloud, record), alone=True
        )
    places = [_place(one) for one in _records(cloud, record.place['mode'])]
    return recovery_point_of_record(
        record, [], alone=places.count(_place(record)) == 1
    )


def list_points(
    cloud: Cloud,
    resource_id: str | None = None,
    limit: int | None = None,
    offset: int = 0,
) -> list[base.RecoveryPoint]:
    """Points of volumes, servers and the project, newest first.

    Freezer does not sort its list: each call reads all records.
    """
    records = [r for mode in _MODES for r in _records(cloud, mode)]
    places = collections.Counter(map(_place, records))
    found = [r for r in records if resource_id in (None, r.resource_id)]
    found.sort(key=lambda record: record.time_stamp, reverse=True)
    shown = found[offset : None if limit is None else offset + limit]
    backups: dict[str | None, list[Any]] = {}
    if any(record.kind == 'volume' for record in shown):
        backups = _by_record(cinder.backup_list(cloud, resource_id))
    return [
        recovery_point_of_record(
            r, backups.get(r.id, []), alone=places[_place(r)] == 1
        )
        for r in shown
    ]


def parse_record_description(
    record: Record,
) -> tuple[str, base.Mark, dict[str, str]]:
    """``(description, mark, facts)`` of a record."""
    return marks.parse_description(record.description)


def unfinished_records(cloud: Cloud) -> list[Record]:
    """Records of backups that are being made or removed."""
    return [
        record
        for mode in _MODES
        for record in _records(cloud, mode)
        if record.status in ('creating', 'deleting')
    ]


def cinder_backups(cloud: Cloud, record: Record) -> list[Any]:
    """Cinder's backups of a record: one, or more if its job ran again."""
    if record.kind != 'volume':
        return []
    found = _by_record(cinder.backup_list(cloud, record.resource_id))
    return found.get(record.id, [])


def _by_record(backups: Iterable[Any]) -> dict[str | None, list[Any]]:
    """``{record id: [backup of Cinder]}``, the one that counts first.

    Backups without a record are under None.
    """
    found: dict[str | None, list[Any]] = collections.defaultdict(list)
    for backup in backups:
        found[(backup.metadata or {}).get(LINK)].append(backup)
    for made in found.values():
        made.sort(key=_rank)
    return found


def _rank(backup: Any) -> int:
    known = backup.status in _BEST
    return _BEST.index(backup.status) if known else len(_BEST)


def _records(cloud: Cloud, mode: str) -> list[Record]:
    rows = freezer.backup_list(cloud, mode=mode)
    return [parse_record(row) for row in rows]


def parse_record(row: dict[str, Any]) -> Record:
    """The Record of a row of Freezer's API, whatever JSON is in it."""
    facts = row['backup_metadata']
    facts = facts if isinstance(facts, dict) else {}
    kind = _kind(facts)
    resource_id = _text(facts.get(actions.RESOURCE_KEYS[kind]))
    if kind == 'project':
        # a record of a whole project that another tool made does not repeat
        # the project's id
        resource_id = resource_id or row['project_id']
    return Record(
        id=row['backup_id'],
        status=_text(row['status']),
        kind=kind,
        resource_id=resource_id,
        time_stamp=_seconds(facts.get('time_stamp')),
        name=_text(facts.get('name')),
        description=_text(facts.get('description')),
        step=_text(facts.get('step')),
        job=_text(facts.get('job')),
        place={key: _text(facts.get(key)) for key in actions.PLACE},
    )


def _text(value: object) -> str:
    """A text that can be encoded as UTF-8; '' for what is no text."""
    if not isinstance(value, str):
        return ''
    return value.encode(errors='replace').decode()


def _kind(facts: dict[str, Any]) -> str:
    keys = actions.RESOURCE_KEYS
    known = next((kind for kind in keys if facts.get(keys[kind])), None)
    is_volume = facts.get('mode') == 'cindernative'
    return known or ('volume' if is_volume else 'project')


def _seconds(stamp: Any) -> int:
    """Seconds since 1970 of a credible time stamp; 0 for anything else."""
    if isinstance(stamp, bool):
        return 0
    try:
        seconds = int(float(stamp))
    except (OverflowError, TypeError, ValueError):
        return 0
    return seconds if 0 < seconds < _LATEST else 0


def _place(record: Record) -> tuple[str, ...]:
    """Where the agent keeps the backup: equal for those in one place."""
    return (*record.place.values(), record.resource_id)


def recovery_point_of_record(
    record: Record, backups: list[Any], *, alone: bool
) -> base.RecoveryPoint:
    """The RecoveryPoint of a record and Cinder's backups of it.

    ``alone`` tells whether no other record has the same place.
    """
    description, mark, _facts = parse_record_description(record)
    kind = record.kind
    best = backups[0] if backups else None
    status = record.status
    if kind == 'volume' and status != 'creating':
        status = best.status if best else LOST
    return base.RecoveryPoint(
        id=record.id,
        protection=SLUG,
        resource_type=kind,
        resource_id=record.resource_id,
        name=(record.name or record.backup_name)[:_MAX_TEXT_LENGTH],
        description=description[:_MAX_TEXT_LENGTH],
        status=status,
        state=_STATES.get(status, base.ERROR),
        created=datetime.datetime.fromtimestamp(
            record.time_stamp, datetime.UTC
        ),
        size=best.size if best else None,
        mark=mark,
        details={
            **record.place,
            'alone': alone,
            'backups': [backup.id for backup in backups],
            'fail_reason': getattr(best, 'fail_reason', None) or '',
        },
    )
