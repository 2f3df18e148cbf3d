# SPDX-License-Identifier: Apache-2.0
"""Recovery points of Freezer: its records, and Cinder's backups behind them.

A record tells what an agent was asked for, not what came of it. The backup
of a volume is Cinder's: its metadata names the record, its status is the
point's. Our own records carry more: a name, a description with the mark, the
job's id and the step of the run that made them.

Anybody in the project may write any JSON into a record. It is read once, here:
what is no text counts as missing, what is no time as unknown.
"""

import collections
import datetime

from protection_dashboard.api import cinder
from protection_dashboard.api import freezer
from protection_dashboard.protections import base
from protection_dashboard.protections import mark as marks
from protection_dashboard.protections import recovery_point
from protection_dashboard.protections.freezer import actions

SLUG = 'freezer'
LINK = 'freezer_backup_id'  # Cinder's metadata: the record's id
LOST = 'lost'
_LONGEST = 1000
_LATEST = recovery_point.LATEST_TIME.timestamp()
_TEXTS = (*actions.PLACE, 'name', 'description', 'step', 'job')
_MODES = ('cindernative', 'nova')
_STATES = {
    'available': base.AVAILABLE,
    'creating': base.PENDING,
    'deleting': base.PENDING,
    'restoring': base.PENDING,
}
# of several backups of one record, after a scheduler's restart: which counts
_BEST = ('available', 'restoring', 'creating', 'deleting')


def create(cloud, action, *, name, description, mark, **facts):
    """A record of a backup that is to be made; its id."""
    return freezer.backup_create(
        cloud,
        {
            **action,
            **facts,
            'status': 'creating',
            'time_stamp': int(datetime.datetime.now(datetime.UTC).timestamp()),
            'name': name,
            'description': mark.written(description, _LONGEST),
        },
    )


def of_step(cloud, step):
    """Id of the record that a step's earlier delivery made, or None."""
    found = freezer.backup_list(cloud, step=step)
    return found[0]['backup_id'] if found else None


def get(cloud, record_id):
    """One record with all it tells; NotFound if the project has none such."""
    return read(freezer.backup_get(cloud, record_id))


def show(cloud, record_id):
    """One point; NotFound if the project has no such record."""
    record = get(cloud, record_id)
    if record['kind'] == 'volume':
        return point(record, backups_of(cloud, record), alone=True)
    places = [_place(one) for one in _records(cloud, record['mode'])]
    return point(record, [], alone=places.count(_place(record)) == 1)


def page(cloud, resource_id=None, limit=None, offset=0):
    """Points of volumes, servers and the project, newest first.

    Freezer sorts nothing: all records are read, whatever is asked for.
    """
    records = [r for mode in _MODES for r in _records(cloud, mode)]
    places = collections.Counter(map(_place, records))
    found = [r for r in records if resource_id in (None, r['resource_id'])]
    found.sort(key=lambda record: record['time_stamp'], reverse=True)
    shown = found[offset : None if limit is None else offset + limit]
    backups = {}
    if any(record['kind'] == 'volume' for record in shown):
        backups = _by_record(cinder.backup_list(cloud, resource_id))
    return [
        point(r, backups.get(r['id'], []), alone=places[_place(r)] == 1)
        for r in shown
    ]


def told(record):
    """``(description, mark, facts)`` of a record."""
    return marks.read(record['description'])


def unfinished(cloud):
    """Records of backups that are being made or removed."""
    return [
        record
        for mode in _MODES
        for record in _records(cloud, mode)
        if record['status'] in ('creating', 'deleting')
    ]


def backups_of(cloud, record):
    """Cinder's backups of a record: one, or more if its job ran again."""
    if record['kind'] != 'volume':
        return []
    found = _by_record(cinder.backup_list(cloud, record['resource_id']))
    return found.get(record['id'], [])


def _by_record(backups):
    """``{record id: [backup of Cinder]}``, what counts most comes first."""
    found = collections.defaultdict(list)
    for backup in backups:
        found[(backup.metadata or {}).get(LINK)].append(backup)
    for made in found.values():
        made.sort(key=_rank)
    return found


def _rank(backup):
    known = backup.status in _BEST
    return _BEST.index(backup.status) if known else len(_BEST)


def _records(cloud, mode):
    rows = freezer.backup_list(cloud, mode=mode)
    return [read(row) for row in rows]


def read(row):
    """A record as one dict: its texts, and what it is of.

    ``time_stamp`` is in seconds, 0 if unknown; ``kind`` is a key of
    RESOURCE_KEYS, ``resource_id`` empty if it is no text.
    """
    told = row['backup_metadata']
    told = told if isinstance(told, dict) else {}
    kind = _kind(told)
    resource_id = _text(told.get(actions.RESOURCE_KEYS[kind]))
    if kind == 'project':
        # a stranger's record of a whole project does not repeat its id
        resource_id = resource_id or row['project_id']
    return {
        **{key: _text(told.get(key)) for key in _TEXTS},
        'id': row['backup_id'],
        'status': _text(row['status']),
        'kind': kind,
        'resource_id': resource_id,
        'time_stamp': _seconds(told.get('time_stamp')),
    }


def _text(value):
    """A text that can be sent to a browser; '' for anything else."""
    if not isinstance(value, str):
        return ''
    return value.encode(errors='replace').decode()


def _kind(told):
    keys = actions.RESOURCE_KEYS
    known = next((kind for kind in keys if told.get(keys[kind])), None)
    is_volume = told.get('mode') == 'cindernative'
    return known or ('volume' if is_volume else 'project')


def _seconds(stamp):
    """A time since 1970 that may be true; 0 for anything else."""
    if isinstance(stamp, bool):
        return 0
    try:
        seconds = int(float(stamp))
    except (OverflowError, TypeError, ValueError):
        return 0
    return seconds if 0 < seconds < _LATEST else 0


def _place(record):
    place = tuple(record[key] for key in actions.PLACE)
    return (*place, record['resource_id'])


def point(record, backups, *, alone):
    """The RecoveryPoint of a record and Cinder's backups of it."""
    description, mark, _facts = told(record)
    kind = record['kind']
    best = backups[0] if backups else None
    status = record['status']
    if kind == 'volume' and status != 'creating':
        status = best.status if best else LOST
    return base.RecoveryPoint(
        id=record['id'],
        protection=SLUG,
        resource_type=kind,
        resource_id=record['resource_id'],
        name=(record['name'] or record['backup_name'])[:_LONGEST],
        description=description[:_LONGEST],
        status=status,
        state=_STATES.get(status, base.ERROR),
        created=datetime.datetime.fromtimestamp(
            record['time_stamp'], datetime.UTC
        ),
        size=best.size if best else None,
        mark=mark,
        details={
            **{key: record[key] for key in actions.PLACE},
            'alone': alone,
            'backups': [backup.id for backup in backups],
            'fail_reason': getattr(best, 'fail_reason', None) or '',
        },
    )
