# SPDX-License-Identifier: Apache-2.0
"""What demo has, for whoever tries to get at it."""

import dataclasses

import pytest

from protection_dashboard.executions import service as execution_service
from protection_dashboard.plans import service as plan_service
from protection_dashboard.reports import project_status
from tests.support import factories


@dataclasses.dataclass(frozen=True)
class Things:
    """Ids of what demo has: a volume that a plan protected."""

    volume: str
    plan: str
    schedule: str
    run: str
    point: str

    def within(self, text):
        return text.format(**vars(self))

    def still_there(self, cloud):
        """What became of them, for a comparison."""
        (schedule,) = project_status.get_plan_state(cloud, self.plan).schedules
        runs = execution_service.list_executions(
            cloud, 100, workflow_name=f'protection.plan.{self.plan}'
        )
        volumes = [v for v in factories.VOLUME.list(cloud) if v.name]
        points = factories.SNAPSHOT.points(cloud, self.volume)
        return (
            schedule.trigger_id,
            [(run.id, run.state) for run in runs],
            {point.id: point.status for point in points},
            {plan.id for plan in plan_service.plan_list(cloud)},
            {volume.id for volume in volumes},
        )


@pytest.fixture(scope='module')
def things(executed_plan):
    return Things(
        volume=executed_plan.volume.id,
        plan=executed_plan.plan.id,
        schedule=executed_plan.schedule.id,
        run=executed_plan.run.id,
        point=executed_plan.point.id,
    )
