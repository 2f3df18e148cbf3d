# SPDX-License-Identifier: Apache-2.0
"""The public image that servers boot from.

https://docs.openstack.org/api-ref/image/v2/
"""

from cloud.services.collection import open_api

IMAGE = 'cirros-like'
CONTENT = b'An image that no machine will ever boot.\n'.ljust(64 << 10, b'.')


def seed(cloud_session):
    """Create the image where it is missing, and upload its bytes."""
    api = open_api(cloud_session, 'image')
    image = image_named(api, IMAGE) or _create(api)
    if image['status'] == 'queued':
        api.put(
            f'/v2/images/{image["id"]}/file',
            data=CONTENT,
            headers={'Content-Type': 'application/octet-stream'},
        )


def image_named(api, name):
    """Return the image (a dictionary) of this name, or None."""
    found = api.get('/v2/images', params={'name': name}).json()['images']
    return found[0] if found else None


def _create(api):
    body = {
        'name': IMAGE,
        'disk_format': 'raw',
        'container_format': 'bare',
        'visibility': 'public',
        'min_disk': 1,
    }
    return api.post('/v2/images', json=body).json()
