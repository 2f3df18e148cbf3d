# SPDX-License-Identifier: Apache-2.0
"""Everything talks to the real services of ``cloud/``: here they come from."""

import django
import pytest

from cloud import running
from cloud import users as cloud_users
from cloud.services.horizon.service import Horizon
from cloud.supervisor import process
from tests.support.fixtures import alt_sandbox  # noqa: F401
from tests.support.fixtures import executed_plan  # noqa: F401
from tests.support.fixtures import lost_run  # noqa: F401
from tests.support.fixtures import many_executions  # noqa: F401
from tests.support.fixtures import module_sandbox  # noqa: F401
from tests.support.fixtures import sandbox  # noqa: F401
from tests.support.renewal import renewed


def pytest_configure(config):
    """Horizon's settings, as the demo has them, in this process too."""
    if config.getoption('dist', 'no') != 'no':
        # workers inherit what is set here, before they find the settings
        return
    horizon = Horizon()
    horizon.state.mkdir(parents=True, exist_ok=True)
    horizon.configure()
    django.setup()
    process.look_for_garbage_rarely()


@pytest.fixture(scope='session')
def running_cloud():
    """The cloud that runs already, else one for these tests only."""
    with running.Cloud() as cloud:
        yield cloud


@pytest.fixture(scope='session')
def cloud_of(running_cloud):
    """``cloud_of('demo')``: the Cloud of a user, in its project or another."""

    @renewed
    def make(user, project=None):
        session = cloud_users.open_session(user, project=project)
        return cloud_users.open_cloud(user, session)

    return make


@pytest.fixture(scope='module')
def demo(cloud_of):
    return cloud_of('demo')


@pytest.fixture(scope='module')
def alt(cloud_of):
    return cloud_of('alt')
