# SPDX-License-Identifier: Apache-2.0
"""The contract of a protection, and of what it makes."""

import abc
import functools

from protection_dashboard import exceptions
from protection_dashboard import plugins
from protection_dashboard.protectables.base import AVAILABLE
from protection_dashboard.protectables.base import ERROR
from protection_dashboard.protectables.base import PENDING
from protection_dashboard.protections import query
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


class Protection(abc.ABC):
    """A way to protect a resource; an entry point names the subclass.

    Every method takes the ``cloud`` (:class:`api.cloud.Cloud`) and raises
    the exceptions of :mod:`protection_dashboard.exceptions`. ``options``
    are valid against the schema when a method gets them.
    """

    #: entry point name and part of addresses, e.g. 'volume_snapshot'
    slug = ''
    #: for a page, in English: translated where it is shown
    name = ''
    #: slugs of the protectables it can protect
    protectables = ()
    #: catalog type of the service its points live in
    service_type = ''
    #: name of the service for a person
    service = ''
    #: whether ``points`` is sorted by when they were made, not changed
    by_age = True
    #: the option that becomes the point's name, and how long a name may be
    name_option = 'backup_name'
    longest_name = 255
    #: JSON Schema (draft 2020-12) of the options of protect and of restore,
    #: to the letter of their specifications
    OPTIONS_SCHEMA = {}
    RESTORE_SCHEMA = {}
    #: properties that we offer beyond them, all optional: ``{name: schema}``
    MORE_OPTIONS = {}
    MORE_RESTORE_OPTIONS = {}

    @property
    def options_schema(self):
        """The schema of everything ``protect`` takes."""
        return _wider(self.OPTIONS_SCHEMA, self.MORE_OPTIONS)

    @property
    def restore_schema(self):
        """The schema of everything ``restore`` takes."""
        return _wider(self.RESTORE_SCHEMA, self.MORE_RESTORE_OPTIONS)

    def alone(self, slug):
        """Whether it protects resources of this type on their own.

        Not so where they are protected with what they belong to only.
        """
        return slug in self.protectables

    def suits(self, resource):
        """Whether it could protect this resource at all.

        By what the Resource tells: no service is asked.
        """
        return True

    def includes(self, slug, resource):
        """Whether a point of what it belongs to has this resource in it.

        ``slug`` is the type of what it belongs to, such as 'project'.
        """
        return False

    @abc.abstractmethod
    def defaults(self, resource):
        """Options for a form to start with, in the schema's shape."""

    @abc.abstractmethod
    def restore_defaults(self, point, original):
        """Options of restore to start with; ``original`` may be None."""

    def original(self, cloud, point):
        """The Resource that a point is of, None when it is gone."""
        kind = plugins.protectable(point.resource_type)
        try:
            return kind.show(cloud, point.resource_id)
        except exceptions.NotFound:
            return None

    def restored_name(self, point, original):
        """What a restored resource is called unless the user says so."""
        name = original.label if original else point.label
        end = " restored"
        if point.created != UNKNOWN_TIME:
            end += f" {point.created:%Y-%m-%d %H:%M}"
        return name[: self.longest_name - len(end)] + end

    def obstacle(self, cloud, resource):
        """Why it cannot protect this resource here, in one line, or ''.

        Not about a resource that is busy now: about a share whose type has
        no snapshots, a cloud without the service.
        """
        return plugins.missing(cloud, self.service_type, self.service)

    def refusal(self, resource, options):
        """Why ``protect`` would refuse these options now, or ''."""
        return ''

    def restore_choices(self, cloud, point, original):
        """``{option of restore: [(value, label)]}`` to choose from.

        For options whose real choices depend on the point; the value '' is
        "leave it out". Others are free, or have a picker in their schema.
        """
        return {}

    def overwrites(self, options):
        """Id of the resource that a restore replaces the content of, or ''.

        A page asks the user to type that resource's name.
        """
        return ''

    def delivered(self, cloud, resource, mark):
        """What ``protect`` returned when the same step came before, or None.

        Asked first, as making the point may keep the resource busy.
        """
        return

    @abc.abstractmethod
    def protect(self, cloud, resource, options, mark):
        """Start to make a point and return its id.

        A step that comes twice is told by ``delivered``. What it returns
        may stand for a point that has no id yet, if ``made`` understands
        it: such a token has a colon in it.
        """

    def made(self, cloud, token):
        """The RecoveryPoint that ``protect`` returned an id or a token of.

        Its ``id`` may be another one than before. Called until the state is
        not PENDING any more, so it may clean up after the work is done.
        """
        return self.show(cloud, token)

    @abc.abstractmethod
    def restore(self, cloud, point, options):
        """Start to make a new resource of a point and return its id."""

    def restored(self, cloud, token, resource_type):
        """The Resource that ``restore`` returned an id or a token of."""
        return plugins.protectable(resource_type).show(cloud, token)

    @abc.abstractmethod
    def delete(self, cloud, point_id):
        """Start to delete a point and return its id.

        Refused while it is being made, and while increments need it.
        """

    def deleted(self, cloud, token):
        """The RecoveryPoint that goes away; NotFound once it is gone."""
        return self.show(cloud, token)

    @abc.abstractmethod
    def show(self, cloud, point_id):
        """One :class:`RecoveryPoint` of the project; NotFound otherwise."""

    @abc.abstractmethod
    def points(self, cloud, resource_id=None, limit=None, offset=0):
        """:class:`RecoveryPoint` of the project, newest first."""

    def sights(self, cloud, limit, offset=0):
        """A :class:`Sight` of each point in a window, newest first."""
        return map(query.of, self.points(cloud, limit=limit, offset=offset))

    def search(self, cloud, wanted, limit=None, offset=0):
        """The :class:`Found` of a window among the points that are wanted.

        A service that can filter its list by itself does it here; others
        are looked through, within bounds.
        """
        fetch = functools.partial(self.points, cloud, wanted.resource or None)
        if wanted.beyond_resource or (
            wanted.type and len(self.protectables) > 1
        ):
            return scan.through(
                fetch, wanted, limit, offset, by_age=self.by_age
            )
        return Found(fetch(limit=limit, offset=offset))

    def capacity(self, cloud):
        """The :class:`Capacity` of the project; None: it tells no limit."""
        return

    def chain(self, options):
        """How many points in a row may need one another; 1: none does.

        Retention can remove none of them while the newest one stays.
        """
        return 1

    def prepare(  # noqa: B027  most need nothing
        self, cloud, plan_id, resource_type, resource_id
    ):
        """Get ready for runs that a plan's schedule will start.

        Called with the user's own token: that of a scheduled run comes from
        a trust, and Keystone lets nobody make a further trust with it.
        """

    def release(self, cloud, plan_id):  # noqa: B027  most keep nothing
        """Remove what ``prepare`` made for a plan that is deleted."""

    def sweep(self, cloud):  # noqa: B027  most leave nothing
        """Remove what runs that died have left; every run begins with it."""

    def leftovers(self, cloud):
        """``{id: words}`` of what ``sweep`` would remove just now."""
        return {}

    def reason(self, cloud, point):
        """Why a point's state is ERROR, in one line."""
        return f"{self.service} reports the status {point.status}."


def _wider(schema, properties):
    wider = {**schema.get('properties', {}), **properties}
    return {**schema, 'properties': wider}
