# SPDX-License-Identifier: Apache-2.0
"""The contract of a protection, and of what it makes."""

import abc
from collections.abc import Iterable
import datetime
import functools
from typing import Any
from typing import TypeAlias

from protection_dashboard import exceptions
from protection_dashboard import plugins
from protection_dashboard.api.cloud import Cloud
from protection_dashboard.protectables.base import AVAILABLE
from protection_dashboard.protectables.base import ERROR
from protection_dashboard.protectables.base import PENDING
from protection_dashboard.protectables.base import Resource
from protection_dashboard.protections import query
from protection_dashboard.protections import safe_text
from protection_dashboard.protections import scan
from protection_dashboard.protections.capacity import Capacity
from protection_dashboard.protections.mark import Mark
from protection_dashboard.protections.query import Found
from protection_dashboard.protections.query import Wanted
from protection_dashboard.protections.recovery_point import UNKNOWN_TIME
from protection_dashboard.protections.recovery_point import RecoveryPoint

__all__ = [
    'AVAILABLE',
    'ERROR',
    'PENDING',
    'UNKNOWN_TIME',
    'Capacity',
    'Found',
    'Mark',
    'RecoveryPoint',
    'Wanted',
]

#: ``{option: JSON value}``, valid against a schema of the protection
Options: TypeAlias = dict[str, Any]
#: a JSON Schema (draft 2020-12) of an object, or its ``properties``
Schema: TypeAlias = dict[str, Any]
#: ``[(value, label)]`` to choose from
Pairs: TypeAlias = list[tuple[str, str]]


class Protection(abc.ABC):
    """A way to protect a resource; pages call it a method.

    An entry point of the group ``protection_dashboard.protections`` names
    the subclass. Every method takes the ``cloud``
    (:class:`api.cloud.Cloud`), which is one user in one project, and raises
    exceptions of :mod:`protection_dashboard.exceptions` only. ``options``
    are valid against the schema when a method gets them.

    Each step of a run may be delivered twice, late or out of order.
    """

    #: entry point name and part of addresses, e.g. 'volume_snapshot'
    slug: str = ''
    #: for a page, in English: translated where it is shown
    name: str = ''
    #: slugs of the protectables it can protect
    protectables: tuple[str, ...] = ()
    #: catalog type of the service its points live in
    service_type: str = ''
    #: name of the service for a person
    service: str = ''
    #: whether ``points`` is sorted by time of creation, not of change
    by_age: bool = True
    #: the option that becomes the point's name, and how many characters a
    #: name may have
    name_option: str = 'backup_name'
    longest_name: int = 255
    #: JSON Schema (draft 2020-12) of the options of protect and of restore,
    #: to the letter of their specifications
    OPTIONS_SCHEMA: Schema = {}
    RESTORE_SCHEMA: Schema = {}
    #: properties that we offer beyond them, all optional: ``{name: schema}``
    MORE_OPTIONS: Schema = {}
    MORE_RESTORE_OPTIONS: Schema = {}

    @property
    def options_schema(self) -> Schema:
        """The schema of everything ``protect`` takes."""
        return _wider(self.OPTIONS_SCHEMA, self.MORE_OPTIONS)

    @property
    def restore_schema(self) -> Schema:
        """The schema of everything ``restore`` takes."""
        return _wider(self.RESTORE_SCHEMA, self.MORE_RESTORE_OPTIONS)

    def alone(self, slug: str) -> bool:
        """Whether it protects resources of this type on their own.

        False for a type that it protects only together with the server or
        project that the resource belongs to.
        """
        return slug in self.protectables

    def suits(self, resource: Resource) -> bool:
        """Whether it could protect this resource at all.

        Decided by the facts of the Resource alone: no service is asked.
        """
        return True

    def includes(self, slug: str, resource: Resource) -> bool:
        """Whether a point of its parent contains this resource.

        ``slug`` is the type of the parent, such as 'project'.
        """
        return False

    @abc.abstractmethod
    def defaults(self, resource: Resource) -> Options:
        """The options that a form starts with, in the schema's shape."""

    def restore_defaults(
        self, point: RecoveryPoint, original: Resource | None
    ) -> Options:
        """The options of restore that a form starts with.

        ``original`` is the resource that the point is of, None if it is gone.
        By default a name and a description, where the schema has them.
        """
        offered = {
            'restore_name': self.restored_name(point, original),
            'restore_description': safe_text.printable_text(
                f"Restored from {point.label}"
            ),
        }
        asked = self.restore_schema.get('properties', {})
        return {name: offered[name] for name in offered if name in asked}

    def original(self, cloud: Cloud, point: RecoveryPoint) -> Resource | None:
        """The resource that a point is of, None when it is gone."""
        kind = plugins.protectable(point.resource_type)
        try:
            found: Resource = kind.show(cloud, point.resource_id)
        except exceptions.NotFound:
            return None
        return found

    def restored_name(
        self, point: RecoveryPoint, original: Resource | None
    ) -> str:
        """The name of a restored resource unless the user gives another."""
        name = original.label if original else point.label
        end = " restored"
        if point.created != UNKNOWN_TIME:
            end += f" {point.created:%Y-%m-%d %H:%M}"
        return name[: self.longest_name - len(end)] + end

    def obstacle(self, cloud: Cloud, resource: Resource) -> str:
        """Why it cannot protect this resource here, in one line, or ''.

        This is about lasting reasons, such as a share whose type has no
        snapshots or a cloud without the service, not about a resource that
        is busy now.
        """
        return plugins.missing_service_reason(
            cloud, self.service_type, self.service
        )

    def refusal(self, resource: Resource, options: Options) -> str:
        """Why ``protect`` would refuse these options now, or ''."""
        return ''

    def restore_choices(
        self, cloud: Cloud, point: RecoveryPoint, original: Resource | None
    ) -> dict[str, Pairs]:
        """``{option of restore: [(value, label)]}`` to choose from.

        It names the options whose choices depend on the point; the value ''
        stands for "leave it out". Other options are typed freely, or have a
        picker in their schema. Refused, with the reason, if no choice is
        left.
        """
        return {}

    def overwrites(self, options: Options) -> str:
        """The id of the resource whose content a restore replaces, or ''.

        A page asks the user to type that resource's name.
        """
        return ''

    def delivered(
        self, cloud: Cloud, resource: Resource, mark: Mark
    ) -> str | None:
        """What ``protect`` returned if the same step came before, or None.

        ``mark`` tells one run from another. A run calls this before it looks
        at the state of the resource, as making the point may keep the
        resource busy.
        """
        return None

    #: whether the service can filter its list by mark: a run of many
    #: resources then asks once for all, and not for each by ``delivered``
    lists_by_mark: bool = False

    def marked_points(self, cloud: Cloud, mark: Mark) -> list[RecoveryPoint]:
        """All points with exactly this mark, where ``lists_by_mark``."""
        wanted = Wanted(plan=mark.plan, execution=mark.execution)
        found = self.search(cloud, wanted)
        return [point for point in found.points if point.mark == mark]

    @abc.abstractmethod
    def protect(
        self, cloud: Cloud, resource: Resource, options: Options, mark: Mark
    ) -> str:
        """Start to make a point and return its id.

        The point has to carry ``mark``. A step that comes twice is found by
        ``delivered``. Instead of an id this may return a token for a point
        that has no id yet, if ``made`` understands it: such a token has a
        colon in it. Refused if the service or the options do not allow it.
        """

    def made(self, cloud: Cloud, token: str) -> RecoveryPoint:
        """The point whose id or token ``protect`` returned.

        Its ``id`` may differ from the one before. A run calls this until the
        state is no longer PENDING, so it may clean up when the work is done.
        """
        return self.show(cloud, token)

    @abc.abstractmethod
    def restore(
        self, cloud: Cloud, point: RecoveryPoint, options: Options
    ) -> str:
        """Start to make a new resource of a point and return its id.

        Instead of an id this may return a token that ``restored``
        understands. Refused if the options do not allow it.
        """

    #: whether ``delivered_restore`` finds whatever ``restore`` has started
    tells_restores: bool = False

    def delivered_restore(
        self,
        cloud: Cloud,
        point: RecoveryPoint,
        options: Options,
        since: datetime.datetime,
    ) -> str | None:
        """What ``restore`` returned if the same step came before, or None.

        The execution is ``cloud.execution``; it began at ``since`` (aware).
        """
        return None

    def restored(
        self, cloud: Cloud, token: str, resource_type: str
    ) -> Resource:
        """The resource whose id or token ``restore`` returned."""
        found: Resource = plugins.protectable(resource_type).show(cloud, token)
        return found

    @abc.abstractmethod
    def delete(self, cloud: Cloud, point_id: str) -> str:
        """Start to delete a point and return its id.

        Refused while it is being made, and while increments need it;
        NotFound if it is gone already.
        """

    def deleted(self, cloud: Cloud, token: str) -> RecoveryPoint:
        """The point that is being deleted; NotFound once it is gone."""
        return self.show(cloud, token)

    @abc.abstractmethod
    def show(self, cloud: Cloud, point_id: str) -> RecoveryPoint:
        """One point of the project; NotFound if it has none with this id."""

    @abc.abstractmethod
    def points(
        self,
        cloud: Cloud,
        resource_id: str | None = None,
        limit: int | None = None,
        offset: int = 0,
    ) -> list[RecoveryPoint]:
        """The points of the project, or of one resource, newest first.

        ``limit`` and ``offset`` choose a window; None: all that follow.
        """

    def sights(
        self, cloud: Cloud, limit: int, offset: int = 0
    ) -> Iterable[query.Sight]:
        """A :class:`query.Sight` of each point in a window, newest first.

        Override it where a RecoveryPoint takes long to make of a row.
        """
        return map(
            query.sight_of_point,
            self.points(cloud, limit=limit, offset=offset),
        )

    def search(
        self,
        cloud: Cloud,
        wanted: Wanted,
        limit: int | None = None,
        offset: int = 0,
    ) -> Found:
        """The :class:`Found` with a window of the points that are wanted.

        Override it where the service can filter its list by itself. This one
        reads the list page by page, within the bounds of scan.py.
        """
        fetch = functools.partial(self.points, cloud, wanted.resource or None)
        if wanted.beyond_resource or (
            wanted.type and len(self.protectables) > 1
        ):
            return scan.search_pages(
                fetch, wanted, limit, offset, by_age=self.by_age
            )
        return Found(fetch(limit=limit, offset=offset))

    def capacity(self, cloud: Cloud) -> Capacity | None:
        """The project's quota of points; None: the service tells no limit."""
        return None

    def chain(self, options: Options) -> int:
        """The number of points in the longest chain of increments.

        1 stands for points that do not need one another. Retention can
        remove none of a chain while its newest point stays.
        """
        return 1

    def prepare(  # noqa: B027  most need nothing
        self, cloud: Cloud, plan_id: str, resource_type: str, resource_id: str
    ) -> None:
        """Prepare for the runs that a plan's schedule will start.

        It is called with the user's own token: the token of a scheduled run
        comes from a trust, and Keystone does not allow to make a further
        trust with it.
        """

    def release(self, cloud: Cloud, plan_id: str) -> None:  # noqa: B027  most keep nothing
        """Remove what ``prepare`` made for a plan that is deleted."""

    def sweep(self, cloud: Cloud) -> None:  # noqa: B027  most leave nothing
        """Remove what interrupted runs left; every run begins with this."""

    def leftovers(self, cloud: Cloud) -> dict[str, str]:
        """``{id: what it is, in English}`` of what ``sweep`` would remove."""
        return {}

    def reason(self, cloud: Cloud, point: RecoveryPoint) -> str:
        """Why a point's state is ERROR, in one line."""
        return f"{self.service} reports the status {point.status}."


def _wider(schema: Schema, properties: Schema) -> Schema:
    wider = {**schema.get('properties', {}), **properties}
    return {**schema, 'properties': wider}
