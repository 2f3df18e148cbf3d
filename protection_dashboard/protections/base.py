# SPDX-License-Identifier: Apache-2.0
"""The contract of a protection, and the mark on what it makes."""

import abc
import dataclasses
import datetime

from protection_dashboard import ids
from protection_dashboard.protectables.base import AVAILABLE
from protection_dashboard.protectables.base import ERROR
from protection_dashboard.protectables.base import PENDING

__all__ = ['AVAILABLE', 'ERROR', 'PENDING']


@dataclasses.dataclass(frozen=True)
class Mark:
    """Who made a recovery point: ids of plan, schedule and execution."""

    plan: str = ''
    schedule: str = ''
    execution: str = ''

    _PREFIX = 'protection_'

    def metadata(self):
        """As metadata of the service's own object, empty ids left out."""
        return {
            self._PREFIX + key: value
            for key, value in dataclasses.asdict(self).items()
            if value
        }

    @classmethod
    def of(cls, metadata):
        """The mark that a service's metadata carries; empty if none."""
        found = {
            field.name: ids.uuid_or_empty(
                metadata.get(cls._PREFIX + field.name)
            )
            for field in dataclasses.fields(cls)
        }
        return cls(**found)


@dataclasses.dataclass(frozen=True)
class RecoveryPoint:
    """What a run made, as its service describes it.

    ``created`` is an aware datetime in UTC, ``size`` is in GiB, ``status``
    the service's own word, ``state`` PENDING, AVAILABLE or ERROR.
    """

    id: str
    protection: str
    resource_type: str
    resource_id: str
    name: str
    description: str
    status: str
    state: str
    created: datetime.datetime
    size: int | None = None
    mark: Mark = Mark()
    details: dict = dataclasses.field(default_factory=dict)

    @property
    def label(self):
        """What a person calls it: the name, else the id."""
        return self.name or self.id


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
    #: the option that becomes the point's name, and how long a name may be
    name_option = 'backup_name'
    longest_name = 255
    #: JSON Schema (draft 2020-12) of the options of protect and of restore
    OPTIONS_SCHEMA = {}
    RESTORE_SCHEMA = {}

    @abc.abstractmethod
    def defaults(self, resource):
        """Options for a form to start with, in the schema's shape."""

    @abc.abstractmethod
    def restore_defaults(self, point, original):
        """Options of restore to start with; ``original`` may be None."""

    @abc.abstractmethod
    def protect(self, cloud, resource, options, mark):
        """Start to make a point and return its id.

        Delivered twice with the same mark it makes one point, not two.
        """

    @abc.abstractmethod
    def restore(self, cloud, point, options):
        """Start to make a new resource of a point and return its id."""

    @abc.abstractmethod
    def delete(self, cloud, point_id):
        """Start to delete a point."""

    @abc.abstractmethod
    def show(self, cloud, point_id):
        """One :class:`RecoveryPoint` of the project; NotFound otherwise."""

    @abc.abstractmethod
    def points(self, cloud, resource_id=None, limit=None, offset=0):
        """:class:`RecoveryPoint` of the project, newest first."""

    def reason(self, cloud, point):
        """Why a point's state is ERROR, in one line."""
        return f"{self.service} reports the status {point.status}."
