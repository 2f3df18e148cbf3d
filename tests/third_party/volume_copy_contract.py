# SPDX-License-Identifier: Apache-2.0
"""The contract suite for the example; run by test_volume_copy.py."""

from collections.abc import Callable
from collections.abc import Iterator
import contextlib

import pytest

from cloud.services.cinder import volume_bytes
from protection_dashboard import exceptions
from protection_dashboard import plugins
from protection_dashboard.api.cloud import Cloud
from protection_dashboard.protectables.base import Resource
from protection_dashboard.protections.base import Protection
from tests.contract.backends import volume_snapshot
from tests.contract.conftest import lifecycles  # noqa: F401
from tests.contract.conftest import protectable  # noqa: F401
from tests.contract.conftest import protection  # noqa: F401
from tests.contract.conftest import told  # noqa: F401
from tests.contract.test_contract import *  # noqa: F403, H303
from tests.support import sandboxes

SLUG = 'volume_copy'


class Backend(volume_snapshot.Backend):
    """Volumes, as for their snapshots; what is made of them differs."""

    protection = SLUG

    def broken(self) -> Resource:
        volume = self.sandbox.volume('contract, broken')
        volume_bytes.volume(volume.id).path.unlink()
        return volume

    @contextlib.contextmanager
    def full(self) -> Iterator[None]:
        quotas = sandboxes.cinder_of(self.admin).quotas
        used = quotas.get(self.alt.project_id, usage=True).volumes['in_use']
        quotas.update(self.alt.project_id, volumes=used)
        yield
        quotas.delete(self.alt.project_id)

    def clear(self) -> None:
        copies = plugins.protection(SLUG).points(self.demo)
        self.sandbox.volumes[:0] = [copy.id for copy in copies]
        super().clear()


@pytest.fixture(scope='package')
def backends(cloud_of: Callable[..., Cloud]) -> Iterator[dict[str, Backend]]:
    made = Backend(cloud_of)
    yield {SLUG: made}
    made.clear()


@pytest.fixture(scope='package')
def backend(backends: dict[str, Backend]) -> Backend:
    return backends[SLUG]


def test_a_volume_that_is_no_copy_stays(
    backend: Backend,
    protection: Protection,  # noqa: F811
) -> None:
    resource = backend.resource()
    with pytest.raises(exceptions.NotFound):
        protection.delete(backend.demo, resource.id)
    with pytest.raises(exceptions.NotFound):
        protection.show(backend.demo, resource.id)
