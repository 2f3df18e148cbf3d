# SPDX-License-Identifier: Apache-2.0
"""Notes on a volume, in its own metadata: what it was like.

A note is restored as an empty volume of that size, or back into its volume,
whose description becomes the place. One metadatum for the note, one for each
option, as Cinder keeps 255 characters each.
"""

import datetime
import json
import uuid

from cinderclient import client
from cinderclient import exceptions as cinder

from protection_dashboard import exceptions
from protection_dashboard.api import errors
from protection_dashboard.protections import base
from sample_protection import schemas

_cinder = errors.convert_errors('Cinder', cinder.ClientException)


def colors(cloud):
    """The picker ``note_color``."""
    return [('r', "Red <b>"), ('g', "Green")]


def _volumes(cloud):
    return client.Client(
        '3.45', session=cloud.session('block-storage')
    ).volumes


class VolumeNote(base.Protection):
    slug = 'volume_note'
    name = "Note on the volume"
    protectables = ('volume', 'nothing_we_know')
    service_type = 'block-storage'
    service = 'Cinder'
    name_option = 'note_name'
    longest_name = schemas.NAME_LIMIT
    OPTIONS_SCHEMA = schemas.OPTIONS
    RESTORE_SCHEMA = schemas.RESTORE

    def defaults(self, resource):
        return {'note_name': resource.label, 'tags': ['new']}

    def restore_defaults(self, point, original):
        return {'restore_name': point.name}

    def restore_choices(self, cloud, point, original):
        back = [(original.id, f"Back to {original.label}")] if original else []
        return {'into': [('', "A new volume"), *back]}

    def overwrites(self, options):
        return options.get('into') or ''

    def delivered(self, cloud, resource, mark):
        points = self.points(cloud, resource.id)
        return next((p.id for p in points if p.mark == mark), None)

    @_cinder
    def protect(self, cloud, resource, options, mark):
        key = f'note_{uuid.uuid4().hex[:8]}'
        facts = {
            'name': options['note_name'],
            'at': datetime.datetime.now(datetime.UTC).isoformat(),
            **mark.ids,
        }
        metadata = {f'{key}.{k}': json.dumps(v) for k, v in options.items()}
        _volumes(cloud).set_metadata(
            resource.id, {key: json.dumps(facts), **metadata}
        )
        return f'{resource.id}.{key}'

    @_cinder
    def restore(self, cloud, point, options):
        if options.get('into'):
            place = json.dumps(point.details['place'])
            _volumes(cloud).update(options['into'], description=place)
            return options['into']
        made = _volumes(cloud).create(
            point.size,
            name=options.get('restore_name'),
            volume_type=options.get('kind'),
        )
        return made.id

    @_cinder
    def delete(self, cloud, point_id):
        volume_id, _dot, key = point_id.partition('.')
        volumes = _volumes(cloud)
        metadata = volumes.get(volume_id).metadata
        keys = [k for k in metadata if k.split('.')[0] == key]
        volumes.delete_metadata(volume_id, keys)
        return point_id

    @_cinder
    def show(self, cloud, point_id):
        volume_id, _dot, key = point_id.partition('.')
        volume = _volumes(cloud).get(volume_id)
        if key not in volume.metadata:
            raise exceptions.NotFound("There is no such note.")
        return _point(volume, key)

    @_cinder
    def points(self, cloud, resource_id=None, limit=None, offset=0):
        found = [
            _point(volume, key)
            for volume in _volumes(cloud).list()
            if resource_id in (None, volume.id)
            for key in volume.metadata
            if key.startswith('note_') and '.' not in key
        ]
        found.sort(key=lambda point: point.created, reverse=True)
        return found[offset:][:limit]


def _point(volume, key):
    facts = json.loads(volume.metadata[key])
    options = {
        name.partition('.')[2]: json.loads(value)
        for name, value in volume.metadata.items()
        if name.startswith(f'{key}.')
    }
    return base.RecoveryPoint(
        id=f'{volume.id}.{key}',
        protection=VolumeNote.slug,
        resource_type='volume',
        resource_id=volume.id,
        name=facts['name'],
        description='',
        status='noted',
        state=base.AVAILABLE,
        created=datetime.datetime.fromisoformat(facts['at']),
        size=volume.size,
        mark=base.Mark(
            **{k: v for k, v in facts.items() if k not in ('name', 'at')}
        ),
        details=options,
    )
