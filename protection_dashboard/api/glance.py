# SPDX-License-Identifier: Apache-2.0
"""Glance: images, as the dictionaries of its API.

Image API v2, https://docs.openstack.org/api-ref/image/v2/. Its client is not
used, as it requests a schema before each answer.
"""

from typing import Any

from protection_dashboard.api import error_answers
from protection_dashboard.api import errors
from protection_dashboard.api.cloud import Cloud
from protection_dashboard.common import ids

SERVICE_TYPE = 'image'
_PAGE = 200

_convert_errors = errors.convert_errors('Glance')


def _get(cloud: Cloud, path: str, **query: Any) -> dict[str, Any]:
    """The answer's JSON; the catalog's URL may end with /v2."""
    root = cloud.url(SERVICE_TYPE).removesuffix('/v2')
    answer = cloud.session(SERVICE_TYPE).get(
        root + path, params=query, headers={'Accept': 'application/json'}
    )
    return error_answers.json_object(answer)


@_convert_errors
def image_list(cloud: Cloud, limit: int = _PAGE) -> list[dict[str, Any]]:
    """All images that the project owns, ``limit`` in one request."""
    found: list[dict[str, Any]] = []
    query: dict[str, Any] = {'owner': cloud.project_id, 'limit': limit}
    more = True
    while more:
        page = _get(cloud, '/v2/images', **query)
        found += page['images']
        more = bool(page['images'] and page.get('next'))
        query['marker'] = found[-1]['id'] if more else None
    return found


@_convert_errors
def image_get(cloud: Cloud, image_id: str) -> dict[str, Any]:
    """An image that the user may see, of any project."""
    return _get(
        cloud, f'/v2/images/{ids.uuid_or_not_found(image_id, "Glance: image")}'
    )


@_convert_errors
def image_names(cloud: Cloud) -> dict[str, str]:
    """``{id: name}`` of the project's images."""
    return {image['id']: image['name'] for image in image_list(cloud)}
