# SPDX-License-Identifier: Apache-2.0
"""What a test makes in the real cloud is gone after it."""

import pytest

from protection_dashboard.reports import project_status
from tests.support import sandboxes


@pytest.fixture(scope='package')
def ticking(cloud_of):
    """A schedule of demo's that fires every minute."""
    demo = cloud_of('demo')
    with sandboxes.kept(demo) as alt_sandbox:
        volume = alt_sandbox.volume('protected every minute')
        plan = alt_sandbox.plan(volume, '* * * * *')
        yield project_status.get_plan_state(demo, plan.id).schedules[0]
        alt_sandbox.act_through(cloud_of('demo'))


@pytest.fixture(scope='package', autouse=True)
def _early(request):
    """Arm it before the first test, so that its minute passes meanwhile."""
    wanted = (item.fixturenames for item in request.session.items)
    if any('ticking' in names for names in wanted):
        request.getfixturevalue('ticking')
