# SPDX-License-Identifier: Apache-2.0
"""Glance: images, as the dictionaries of its API.

Image API v2, https://docs.openstack.org/api-ref/image/v2/. Not by its client,
which asks for a schema before each answer.
"""

from protection_dashboard.api import error_answers
from protection_dashboard.api import errors
from protection_dashboard.common import ids

TYPE = 'image'
_PAGE = 200

_glance = errors.of('Glance')


def _get(cloud, path, **query):
    """The answer's JSON; a catalog may name the service's URL with /v2."""
    root = cloud.url(TYPE).removesuffix('/v2')
    answer = cloud.session(TYPE).get(
        root + path, params=query, headers={'Accept': 'application/json'}
    )
    return error_answers.mapping(answer)


@_glance
def image_list(cloud, limit=_PAGE):
    """All images that the project owns, ``limit`` in one request."""
    found = []
    page = _get(cloud, '/v2/images', owner=cloud.project_id, limit=limit)
    while page.get('next'):
        found += page['images']
        page = _get(cloud, page['next'])
    return found + page['images']


@_glance
def image_get(cloud, image_id):
    """One image that the user may see, whoever owns it."""
    return _get(cloud, f'/v2/images/{ids.known(image_id, "Glance: image")}')


@_glance
def image_names(cloud):
    """``{id: name}`` of the project's images."""
    return {image['id']: image['name'] for image in image_list(cloud)}
