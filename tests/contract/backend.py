# SPDX-License-Identifier: Apache-2.0
"""What the contract suite has to know of a protection: one backend each.

A backend sets up real resources in the running cloud, in the state that a test
of the contract needs. The suite (``test_contract.py``) finds a backend for
every installed protection in ``tests/contract/backends/<slug>.py``.
"""

import abc
import contextlib


class Backend(abc.ABC):
    """Resources for one protection, of the projects demo and alt.

    Made once for the suite; ``clear`` removes what the backend and the suite
    made. What is slow is started by ``prepare`` for all backends together.
    """

    #: slug of the protection, and of the type of resource it protects here
    protection = ''
    type = ''

    def __init__(self, cloud_of):
        self.demo, self.alt = cloud_of('demo'), cloud_of('alt')
        self.admin = cloud_of('admin')

    def prepare(self):  # noqa: B027  most have nothing to start
        """Start to make what is slow, without waiting for it."""

    @abc.abstractmethod
    def resource(self):
        """A Resource of demo's that can be protected now, always the same."""

    @abc.abstractmethod
    def foreign(self):
        """A Resource of alt's that can be protected."""

    def options(self, resource):
        """Options of protect; the protection's defaults as they are."""
        return {}

    def restore_options(self, point):
        """Options of restore, besides the defaults."""
        return {}

    @abc.abstractmethod
    def write(self, resource, content):
        """Put ``content`` (a short text) into a resource."""

    @abc.abstractmethod
    def read(self, resource_id):
        """The text that was written into a resource, or was restored."""

    @abc.abstractmethod
    def busy(self):
        """A context manager: a Resource that cannot be protected now.

        Its status stays so until the context ends.
        """

    @abc.abstractmethod
    def broken(self):
        """A Resource whose protection fails in the service's driver."""

    @abc.abstractmethod
    def full(self):
        """A context manager: alt's quota has no room for another point."""

    @contextlib.contextmanager
    def refusing(self):
        """While it lasts the service refuses; yields words of its reason."""
        yield None

    @abc.abstractmethod
    def forget(self, resource_id):
        """Delete a resource that a restore made; it may be gone already."""

    @abc.abstractmethod
    def clear(self):
        """Delete all that this backend made, points of its resources too."""
