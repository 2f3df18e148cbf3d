# SPDX-License-Identifier: Apache-2.0
"""What is said of recovery points that a change of a plan leaves behind."""

import dataclasses

from django import urls
from django.utils.http import urlencode
from django.utils.translation import ngettext

from protection_dashboard.common.references import PointRef
from protection_dashboard.coverage import left_points

#: as many points fit into the address of the form that deletes them
_MAX_POINTS = 50
#: resources that are named
_MAX_ROWS = 20


@dataclasses.dataclass(frozen=True)
class LeftPoints:
    """A sentence, and the address of the form that deletes the points.

    ``address`` is '' where there are too many for one address.
    """

    text: str
    address: str


def left_points_context(cloud, old, new, resources):
    """``{'left': [LeftPoints], 'left_errors': [text], 'left_more': number}``.

    ``old`` is the document of a plan, ``new`` that which is to replace it,
    ``resources`` are ``{type: resources}`` as the services list them.
    """
    leaving = left_points.leaving_resources(old, new, resources)
    found, errors = left_points.points_left_by_change(cloud, old, leaving)
    return {
        'left': [_left(*one) for one in found[:_MAX_ROWS]],
        'left_more': max(0, len(found) - _MAX_ROWS),
        'left_errors': [*dict.fromkeys(map(str, errors))],
    }


def _left(resource, points):
    text = ngettext(
        "%(number)d recovery point of %(name)s stays until you remove it.",
        "%(number)d recovery points of %(name)s stay until you remove them.",
        len(points),
    ) % {'number': len(points), 'name': resource.label}
    return LeftPoints(text, _deletion_address(points))


def _deletion_address(points):
    if len(points) > _MAX_POINTS:
        return ''
    form = urls.reverse('horizon:project:protection_points:delete')
    chosen = [('point', str(PointRef.of_point(one))) for one in points]
    return f'{form}?{urlencode(chosen)}'
