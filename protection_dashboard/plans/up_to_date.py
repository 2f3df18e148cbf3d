# SPDX-License-Identifier: Apache-2.0
"""Bring the workflow of a saved plan up to date with this version.

Mistral keeps the workflow that was current when the plan was saved.
"""

from protection_dashboard.api.cloud import Cloud
from protection_dashboard.api.mistral import client as mistral
from protection_dashboard.plans import document as plan_document
from protection_dashboard.workflows import definitions


def up_to_date_plan(cloud: Cloud, plan_id: str) -> plan_document.Plan:
    """The plan, its workflow updated if it is of another version.

    The update keeps the cron triggers. NotFound when the plan is gone.
    """
    found = mistral.workflow_get(
        cloud, definitions.plan_workflow_name(plan_id)
    )
    plan = plan_document.plan_from_workflow(found)
    text = plan_document.workflow_definition(plan.document, plan.changes)
    if found.definition != text:
        mistral.workflow_update(cloud, found.id, text)
    return plan
