# SPDX-License-Identifier: Apache-2.0
"""Share types and quotas, and the sample shares of the tenants.

https://docs.openstack.org/api-ref/shared-file-system/
"""

from cloud.services.collection import Collection
from cloud.services.collection import open_api

# A capability that is absent is off for the user. The value 'False' would
# ask the scheduler for a backend without it, and there is none here.
TYPES = {
    'default': (
        'snapshot_support',
        'create_share_from_snapshot_support',
        'revert_to_snapshot_support',
        'mount_snapshot_support',
    ),
    'snapshot-only': ('snapshot_support',),
    'no-snapshot': (),
}
# Manila's defaults are 50 shares and 50 snapshots of a project
QUOTAS = {
    'shares': 200,
    'snapshots': 2000,
    'gigabytes': 10000,
    'snapshot_gigabytes': 10000,
}


def _open_api(session):
    return open_api(session, 'shared-file-system', microversion='2.73')


def seed(cloud_session):
    """Create the share types and raise the quotas."""
    api = _open_api(cloud_session)
    types = api.get('/types').json()['share_types']
    missing = TYPES.keys() - {kind['name'] for kind in types}
    for name in missing:
        api.post('/types', json={'share_type': _type(name)})
    api.put('/quota-class-sets/default', json={'quota_class_set': QUOTAS})


def _type(name):
    extra_specs = dict.fromkeys(TYPES[name], 'True')
    extra_specs['driver_handles_share_servers'] = 'False'
    return {'name': name, 'extra_specs': extra_specs}


def sample(sessions):
    """Create shares in demo and alt, and a snapshot by hand in alt."""
    demo = _shares(_open_api(sessions('demo')))
    alt = _shares(_open_api(sessions('alt')))
    demo.ensure(_share('team-files'), _share('media'))
    alt.ensure(_share('alt-files'))
    share = alt.settle('alt-files')['alt-files']
    snapshots = Collection(alt.api, 'snapshots', listing='snapshots/detail')
    snapshots.ensure({'name': 'alt-files-by-hand', 'share_id': share['id']})
    demo.settle('team-files', 'media')
    snapshots.settle('alt-files-by-hand')


def _shares(api):
    return Collection(api, 'shares', listing='shares/detail')


def _share(name):
    return {'name': name, 'share_proto': 'NFS', 'size': 1}
