# SPDX-License-Identifier: Apache-2.0
"""Room for new recovery points where a full quota has refused them."""

from protection_dashboard.common.references import ResourceRef
from protection_dashboard.executions import failure_reasons
from protection_dashboard.executions.slices import progress
from protection_dashboard.executions.slices.resource_protection import (
    ResourceProtection,
)
from protection_dashboard.executions.slices.time_slice import growing_pauses
from protection_dashboard.mistral_actions.own_execution import OwnExecution
from protection_dashboard.recovery_points import pruning
from protection_dashboard.recovery_points import removals
from protection_dashboard.recovery_points.removals import Removal
from protection_dashboard.workflows import result_states


def make_room(
    own: OwnExecution,
    work: ResourceProtection,
    before: progress.Progress,
) -> list[Removal]:
    """Remove what retention would remove afterwards, and let it try again.

    Once in an execution of a saved plan, for the resources that a quota has
    refused: their waits become pending again. Returns the removals.
    """
    refused = _refused_by_quota(work)
    if before.early_removals or not (refused and own.plan_id):
        return []
    if work.document is None:
        return []
    names = {
        ResourceRef.of_result(work.found[one]): work.found[one]['name']
        for one in refused
    }
    begun = pruning.begin_making_room(
        work.cloud, work.document, work.mark, names, len(refused)
    )
    pauses = growing_pauses(0.5, 5)
    status = removals.removal_status(begun)
    while status['pending'] and work.time_slice.sleep(next(pauses)):
        status = removals.continue_removals(
            work.cloud, own.plan_id, status['removals']
        )
    if begun:
        for number in refused:
            work.try_again(number)
    return status['removals']


def _refused_by_quota(work: ResourceProtection) -> list[int]:
    """Numbers of the waits that failed, and never began, for a quota."""
    return [
        number
        for number, wait in enumerate(work.found)
        if wait['state'] == result_states.FAILED
        and not wait['id']
        and failure_reasons.failure_reason(wait['reason']).kind
        == failure_reasons.QUOTA
    ]
