# SPDX-License-Identifier: Apache-2.0
"""What names a resource, and what names a recovery point, in one project.

An id alone does not: two services may give the same one. Both references are
tuples of two texts, and are written as ``first:second`` where one text has
to do: in forms, in the rows of tables, in a Mistral environment. The first
part, a slug, has no colon in it; an id may have some.
"""

from collections.abc import Mapping
from typing import Any
from typing import NamedTuple
from typing import Protocol

from protection_dashboard import exceptions

_SHOWN = 80


class _Resource(Protocol):
    """Of a ``protectables.base.Resource``, what is read here."""

    @property
    def type(self) -> str: ...

    @property
    def id(self) -> str: ...


class _ResourceOfPoint(Protocol):
    """Of a recovery point or a Sight, what tells its resource."""

    @property
    def resource_type(self) -> str: ...

    @property
    def resource_id(self) -> str: ...


class _Point(Protocol):
    """Of a recovery point, what tells it from others."""

    @property
    def protection(self) -> str: ...

    @property
    def id(self) -> str: ...


class ResourceRef(NamedTuple):
    """A resource: the slug of its protectable, and its id there."""

    type: str
    id: str

    def __str__(self) -> str:
        """As forms and Mistral's environments hold it: ``volume:<id>``."""
        return f'{self.type}:{self.id}'

    @classmethod
    def parse(cls, text: str) -> 'ResourceRef':
        """The reference that was written so; NotFound if it is none."""
        found = cls.parse_leniently(text)
        if not all(found):
            raise exceptions.NotFound(
                f"There is no such resource: {text[:_SHOWN]!r} is not "
                "written as type:id."
            )
        return found

    @classmethod
    def parse_leniently(cls, text: str) -> 'ResourceRef':
        """As ``parse``, for any text: a part that is missing is empty.

        For what a form sent, which is shown again with what is wrong.
        """
        slug, _colon, resource_id = text.partition(':')
        return cls(slug, resource_id)

    @classmethod
    def of_resource(cls, resource: _Resource) -> 'ResourceRef':
        """That of a ``Resource``."""
        return cls(resource.type, resource.id)

    @classmethod
    def of_point(cls, point: _ResourceOfPoint) -> 'ResourceRef':
        """That of the resource which a recovery point is of."""
        return cls(point.resource_type, point.resource_id)

    @classmethod
    def of_entry(cls, entry: Mapping[str, Any]) -> 'ResourceRef':
        """That of an entry of a plan's document: its ``type`` and ``id``."""
        return cls(entry['type'], entry['id'])

    @classmethod
    def of_result(cls, result: Mapping[str, Any]) -> 'ResourceRef':
        """That of a result: its ``type`` and ``resource_id``."""
        return cls(result['type'], result['resource_id'])


class PointRef(NamedTuple):
    """A recovery point: the slug of its protection, and its id there."""

    protection: str
    id: str

    def __str__(self) -> str:
        """As the rows of tables are called: ``volume_snapshot:<id>``."""
        return f'{self.protection}:{self.id}'

    @classmethod
    def parse(cls, text: str) -> 'PointRef':
        """The reference that was written so; NotFound if it is none."""
        slug, _colon, point_id = text.partition(':')
        if not (slug and point_id):
            raise exceptions.NotFound(
                f"There is no such recovery point: {text[:_SHOWN]!r} is not "
                "written as protection:id."
            )
        return cls(slug, point_id)

    @classmethod
    def of_point(cls, point: _Point) -> 'PointRef':
        """That of a recovery point itself."""
        return cls(point.protection, point.id)
