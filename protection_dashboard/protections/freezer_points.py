# SPDX-License-Identifier: Apache-2.0
"""Recovery points of Freezer: its records, and Cinder's backups behind them.

A record tells what an agent was asked for, not what came of it. The backup
of a volume is Cinder's: its metadata names the record, its status is the
point's. Our own records carry more: a name, a description with the mark, the
job's id and the step of the run that made them.
"""

import collections
import datetime

from protection_dashboard.api import cinder
from protection_dashboard.api import freezer
from protection_dashboard.protections import base
from protection_dashboard.protections import freezer_actions
from protection_dashboard.protections import mark as marks

SLUG = 'freezer'
LINK = 'freezer_backup_id'  # Cinder's metadata: the record's id
LOST = 'lost'
_LONGEST = 1000
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
    return _flat(freezer.backup_get(cloud, record_id))


def show(cloud, record_id):
    """One point; NotFound if the project has no such record."""
    record = get(cloud, record_id)
    if _kind(record) == 'volume':
        return _point(record, backups_of(cloud, record), alone=True)
    places = [_place(one) for one in _records(cloud, record['mode'])]
    return _point(record, [], alone=places.count(_place(record)) == 1)


def page(cloud, resource_id=None, limit=None, offset=0):
    """Points of volumes, servers and the project, newest first.

    Freezer sorts nothing: all records are read, whatever is asked for.
    """
    records = [r for mode in _MODES for r in _records(cloud, mode)]
    places = collections.Counter(map(_place, records))
    found = [r for r in records if resource_id in (None, _resource_id(r))]
    found.sort(key=lambda record: record['time_stamp'], reverse=True)
    shown = found[offset : None if limit is None else offset + limit]
    backups = {}
    if any(_kind(record) == 'volume' for record in shown):
        backups = _by_record(cinder.backup_list(cloud, resource_id))
    return [
        _point(r, backups.get(r['id'], []), alone=places[_place(r)] == 1)
        for r in shown
    ]


def told(record):
    """``(description, mark, facts)`` of a record."""
    return marks.read(record.get('description'))


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
    if _kind(record) != 'volume':
        return []
    volume_id = _resource_id(record)
    found = _by_record(cinder.backup_list(cloud, volume_id))
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
    return [_flat(row) for row in rows]


def _flat(row):
    """A record as one dict; of a stranger's some facts may be missing."""
    facts = row['backup_metadata']
    return {
        **dict.fromkeys(freezer_actions.PLACE, ''),
        **facts,
        'id': row['backup_id'],
        'status': row['status'],
        'owner': row['project_id'],
        'time_stamp': int(facts.get('time_stamp') or 0),
    }


def _kind(record):
    keys = freezer_actions.RESOURCE_KEYS
    return next((k for k in keys if record.get(keys[k])), 'project')


def _resource_id(record):
    key = freezer_actions.RESOURCE_KEYS[_kind(record)]
    # a stranger's record of a whole project does not repeat its id
    return record.get(key) or record['owner']


def _place(record):
    place = tuple(record[key] for key in freezer_actions.PLACE)
    return (*place, _resource_id(record))


def _point(record, backups, *, alone):
    description, mark, _facts = told(record)
    kind = _kind(record)
    best = backups[0] if backups else None
    status = record['status']
    if kind == 'volume' and status != 'creating':
        status = best.status if best else LOST
    return base.RecoveryPoint(
        id=record['id'],
        protection=SLUG,
        resource_type=kind,
        resource_id=_resource_id(record),
        name=record.get('name') or record['backup_name'],
        description=description,
        status=status,
        state=_STATES.get(status, base.ERROR),
        created=datetime.datetime.fromtimestamp(
            record['time_stamp'], datetime.UTC
        ),
        size=best.size if best else None,
        mark=mark,
        details={
            **{key: record[key] for key in freezer_actions.PLACE},
            'alone': alone,
            'backups': [backup.id for backup in backups],
            'fail_reason': getattr(best, 'fail_reason', None) or '',
        },
    )
