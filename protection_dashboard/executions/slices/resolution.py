# SPDX-License-Identifier: Apache-2.0
"""What an execution of a plan is going to protect."""

from collections.abc import Callable
from collections.abc import Collection
import datetime

from protection_dashboard import exceptions
from protection_dashboard.api.cloud import Cloud
from protection_dashboard.executions import steps
from protection_dashboard.executions.slices import progress
from protection_dashboard.executions.steps import ResourceInput
from protection_dashboard.plans.schema import DEFAULT_TIME_LIMIT
from protection_dashboard.plans.schema import PlanDocument
from protection_dashboard.protections import base


def resolve_execution(
    cloud: Cloud,
    document: PlanDocument,
    mark: base.Mark,
    now: datetime.datetime,
    only: Collection[ResourceInput] | None,
    is_final: Callable[[exceptions.ProtectionError], bool],
) -> progress.Resolution:
    """What an execution does with the resources of today.

    ``now`` is aware. ``only`` are the resources to which a retry is limited.
    The error of a type that cannot be listed is raised unless
    ``is_final(error)``.
    """
    resolved = steps.resolve_plan(cloud, document, mark, now, only, is_final)
    found = resolved['steps']
    return {
        'steps': [
            progress.compact_step(step['resource'], len(found))
            for step in found
        ],
        'known': resolved['known'],
        'mark': mark.ids,
        'at': now.isoformat(),
        'hours': document.get('time_limit', DEFAULT_TIME_LIMIT),
    }
