# SPDX-License-Identifier: Apache-2.0
"""Bring the workflow of a saved plan up to date with this version.

Mistral keeps the workflow that was current when the plan was saved.
"""

import contextlib
import dataclasses

from protection_dashboard import exceptions
from protection_dashboard.api.cloud import Cloud
from protection_dashboard.api.mistral import client as mistral
from protection_dashboard.plans import change_lock
from protection_dashboard.plans import document as plan_document
from protection_dashboard.workflows import definitions


def up_to_date_plan(cloud: Cloud, plan_id: str) -> plan_document.Plan:
    """The plan, its workflow updated if it is of another version.

    The update keeps the cron triggers. While somebody changes the plan it is
    not updated here: what they save is of their version. NotFound when the
    plan is gone.
    """
    plan, text = _plan_and_outdated(cloud, plan_id)
    if not text:
        return plan
    with (
        contextlib.suppress(exceptions.Conflict, exceptions.Refused),
        change_lock.plan_lock(cloud, plan_id, wait=0),
    ):
        plan, text = _plan_and_outdated(cloud, plan_id)
        if text:
            mistral.workflow_update(cloud, plan.workflow_id, text)
            plan = dataclasses.replace(plan, is_foreign=False)
    return plan


def _plan_and_outdated(
    cloud: Cloud, plan_id: str
) -> tuple[plan_document.Plan, str]:
    """The plan, and the definition to replace its own by, '' for none."""
    found = mistral.workflow_get(
        cloud, definitions.plan_workflow_name(plan_id)
    )
    plan = plan_document.plan_from_workflow(found)
    text = plan_document.workflow_definition(plan.document, plan.changes)
    return plan, '' if found.definition == text else text
