# SPDX-License-Identifier: Apache-2.0
"""The contract of a protectable."""

import abc
import dataclasses

from protection_dashboard import plugins

PENDING = 'pending'
AVAILABLE = 'available'
ERROR = 'error'


@dataclasses.dataclass(frozen=True)
class Resource:
    """Something a project owns and can protect.

    ``status`` is the service's own word; ``state`` is PENDING (wait for it),
    AVAILABLE (can be protected) or ERROR (cannot). ``size`` is in GiB.
    ``details`` are facts in the service's words, for a page and for restore.
    ``metadata`` is ``{key: value}`` that users set, for a plan's selectors.
    """

    id: str
    type: str
    name: str
    status: str
    state: str
    size: int | None = None
    details: dict = dataclasses.field(default_factory=dict)
    metadata: dict = dataclasses.field(default_factory=dict)

    @property
    def label(self):
        """What a person calls it: the name, else the id."""
        return self.name or self.id


class Protectable(abc.ABC):
    """A kind of resource; an entry point names the subclass.

    Every method takes the ``cloud`` (:class:`api.cloud.Cloud`) and raises
    the exceptions of :mod:`protection_dashboard.exceptions`.
    """

    #: entry point name and part of addresses, e.g. 'volume'
    slug = ''
    #: the type as Heat and Karbor name it, e.g. 'OS::Cinder::Volume'
    resource_type = ''
    #: for a page, in English: translated where it is shown
    name = ''
    #: resource types it can belong to
    parents = ('OS::Keystone::Project',)
    #: catalog type of the service it lives in, and its name for a person
    service_type = ''
    service = ''
    #: Horizon's detail page, the id is its argument; '' if there is none
    detail_url = ''
    #: ``annotate(cloud, resource_id, key, value)`` writes one key of the
    #: metadata that users set, None as value removes it; None as method:
    #: the service keeps none
    annotate = None
    #: ``everywhere(cloud)`` gives pairs of a project's id and its Resource,
    #: of all projects, for an administrator; None: the service cannot tell
    everywhere = None

    @abc.abstractmethod
    def list(self, cloud):
        """All :class:`Resource` of the project, every page."""

    @abc.abstractmethod
    def show(self, cloud, resource_id):
        """One :class:`Resource` of the project; NotFound otherwise."""

    @abc.abstractmethod
    def names(self, cloud):
        """``{id: name}`` of all, by the cheapest call there is."""

    def dependents(self, cloud, parent):
        """:class:`Resource` of this kind that belong to ``parent``.

        Of a project all of them; a kind with other ``parents`` knows more.
        """
        return self.list(cloud) if parent.type == 'project' else []

    def unavailable(self, cloud):
        """Why there is nothing of this kind in this cloud, or ''."""
        return plugins.missing(cloud, self.service_type, self.service)
