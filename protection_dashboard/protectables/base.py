# SPDX-License-Identifier: Apache-2.0
"""The contract of a protectable."""

import abc
from collections.abc import Callable
import dataclasses
from typing import Any
from typing import TypeAlias

from protection_dashboard import plugins
from protection_dashboard.api.cloud import Cloud

PENDING = 'pending'
AVAILABLE = 'available'
ERROR = 'error'


@dataclasses.dataclass(frozen=True)
class Resource:
    """Something that a project owns and can protect.

    ``type`` is the slug of its protectable, such as 'volume'. ``status`` is
    the service's own word; ``state`` is PENDING (wait for it), AVAILABLE
    (can be protected) or ERROR (cannot be protected). ``size`` is in GiB,
    None where the service does not tell one. ``details`` are
    ``{name: JSON value}`` in the service's words, for pages and for restore.
    ``metadata`` is ``{key: value}`` that users set: a plan's rules select
    resources by it.
    """

    id: str
    type: str
    name: str
    status: str
    state: str
    size: int | None = None
    details: dict[str, Any] = dataclasses.field(default_factory=dict)
    metadata: dict[str, str] = dataclasses.field(default_factory=dict)

    @property
    def label(self) -> str:
        """What a person calls it: the name, else the id."""
        return self.name or self.id


#: Outside of the class, as ``list`` is a method in it.
Resources: TypeAlias = list[Resource]
#: pairs of the id of the owning project and a resource
OwnedResources: TypeAlias = list[tuple[str, Resource]]
#: ``(cloud, resource id, key, value)``; None as value removes the key
Annotate: TypeAlias = Callable[[Cloud, str, str, str | None], None]
#: ``(cloud)``
ListEverywhere: TypeAlias = Callable[[Cloud], OwnedResources]


class Protectable(abc.ABC):
    """A kind of resource that can be protected.

    An entry point of the group ``protection_dashboard.protectables`` names
    the subclass. Every method takes the ``cloud``
    (:class:`api.cloud.Cloud`), which is one user in one project, and raises
    exceptions of :mod:`protection_dashboard.exceptions` only.
    """

    #: entry point name and part of addresses, e.g. 'volume'
    slug: str = ''
    #: the type as Heat and Karbor name it, e.g. 'OS::Cinder::Volume'
    resource_type: str = ''
    #: for a page, in English: translated where it is shown
    name: str = ''
    #: resource types it can belong to
    parents: tuple[str, ...] = ('OS::Keystone::Project',)
    #: catalog type of the service it lives in, and its name for a person
    service_type: str = ''
    service: str = ''
    #: Horizon's detail page, the id is its argument; '' if there is none
    detail_url: str = ''
    #: a method ``annotate(cloud, resource_id, key, value)`` that writes one
    #: key of the metadata that users set; the value None removes the key.
    #: None instead of a method: the service keeps no such metadata
    annotate: Annotate | None = None
    #: a method ``everywhere(cloud)`` for an administrator: the resources of
    #: all projects as pairs ``(project id, Resource)``. None instead of a
    #: method: the service cannot list them
    everywhere: ListEverywhere | None = None

    @abc.abstractmethod
    def list(self, cloud: Cloud) -> Resources:
        """All resources of the project, from every page of the list."""

    @abc.abstractmethod
    def show(self, cloud: Cloud, resource_id: str) -> Resource:
        """One resource of the project.

        Raises NotFound if the project has none with this id.
        """

    @abc.abstractmethod
    def names(self, cloud: Cloud) -> dict[str, str]:
        """``{id: name}`` of all, by the cheapest call of the service."""

    def dependents(self, cloud: Cloud, parent: Resource) -> Resources:
        """The resources of this kind that belong to ``parent``.

        For a project these are all; a kind with other ``parents`` overrides
        this method.
        """
        return self.list(cloud) if parent.type == 'project' else []

    def unavailable(self, cloud: Cloud) -> str:
        """Why this cloud has no resources of this kind, or ''."""
        return plugins.missing_service_reason(
            cloud, self.service_type, self.service
        )
