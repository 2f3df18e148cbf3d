# SPDX-License-Identifier: Apache-2.0
"""The last step of a plan's form: the effect of saving it."""

import dataclasses
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS
from django.utils.translation import gettext

from protection_dashboard import exceptions
from protection_dashboard.common import concurrency
from protection_dashboard.forms import limit_checks
from protection_dashboard.forms import retention_preview
from protection_dashboard.forms import schedule_preview
from protection_dashboard.panels.plans.wizard import steps as wizard_steps
from protection_dashboard.panels.plans.wizard.forms import PlanForm
from protection_dashboard.panels.shared import left_points
from protection_dashboard.panels.shared import plan_facts
from protection_dashboard.plans import phrases as plan_phrases
from protection_dashboard.plans import selection
from protection_dashboard.plans import validation as plan_validation
from protection_dashboard.recurrence.schedule import Schedule
from protection_dashboard.ui import cells
from protection_dashboard.workflows import result_states

MAX_ROWS = 20


@dataclasses.dataclass(frozen=True)
class PlanReview:
    """What the last step shows.

    ``steps`` are those with errors. ``skipped`` are ``(name, reason)`` of the
    resources that a run would skip today.
    """

    steps: list
    protects: str = ''
    names: tuple = ()
    more: int = 0
    skipped: tuple = ()
    more_skipped: int = 0
    schedules: tuple = ()
    error: str = ''
    retention_preview: object = None
    left: object = None
    rpo: str = ''
    notifies: tuple = ()


def plan_review(cloud, form, now):
    """The PlanReview of a form that was sent."""
    steps = list(_faulty_steps(form))
    if steps or form.errors.keys() - {NON_FIELD_ERRORS}:
        return PlanReview(steps)
    data = form.cleaned_data
    document = {**data['document'], 'schedules': data['schedules']}
    schedules = [*map(Schedule.from_document, data['schedules'])]
    runs = [
        schedule_preview.preview_for_schedule(one, now, schedules)
        for one in schedules
    ]
    with concurrency.in_background(
        lambda: selection.resolve_resources(cloud, document)
    ) as today:
        # translated here, as threads do not know the user's language
        preview = retention_preview.retention_preview(cloud, document, now)
    return PlanReview(
        steps,
        schedules=tuple(runs),
        retention_preview=preview,
        rpo=plan_facts.sentence(plan_phrases.rpo_phrase(document)),
        left=_left_points(cloud, form, document),
        notifies=tuple(plan_facts.notification_lines(document)),
        **_resources_today(today),
    )


def _left_points(cloud, form, document):
    """The context of what stays of resources that leave a stored plan."""
    return form.is_of_stored_plan and left_points.left_points_context(
        cloud, form.document, document, form.inventory.resources
    )


def draft_document(
    form: PlanForm,
) -> tuple[dict[str, Any] | None, list[str]]:
    """``(document, problems)`` for the retention preview of a sent form.

    Other parts of the form may be missing or wrong: then the document has no
    resources. It is None if the retention itself is wrong.
    """
    form.is_valid()
    problems = form.step_problems('retention')
    if problems:
        return None, problems
    data = form.cleaned_data
    document = {
        **data['document'],
        'name': data.get('name') or gettext("a plan"),
        'schedules': data['schedules'],
    }
    # its errors are shown in its own step
    document.pop('notification', None)
    try:
        plan_validation.check_document(document)
        problems = limit_checks.exceeded_limits(document, form.inventory.plans)
    except exceptions.Refused:  # InvalidSchedule is one
        document |= {'resources': [], 'selectors': []}
    return document, problems


def _faulty_steps(form):
    """The steps with errors, except errors of services."""
    for step in wizard_steps.form_steps(form):
        lines = [line for line in step.lines if line not in form.refusals]
        if lines:
            yield dataclasses.replace(step, lines=lines)


def _resources_today(future):
    """The resources that a run would protect now, and those it would skip."""
    try:
        found = future.result()
    except (exceptions.Refused, exceptions.Unavailable) as error:
        return {'error': str(error)}
    right = [one.entry for one in found if one.state == result_states.PENDING]
    wrong = [one for one in found if one.state != result_states.PENDING]
    # a single resource is shown by its name, not as a count
    named = right[:MAX_ROWS] if len(right) > 1 else ()
    return {
        'protects': cells.resources_text(right)
        if right
        else gettext("nothing"),
        'names': tuple(entry['name'] for entry in named),
        'more': max(0, len(right) - MAX_ROWS),
        'skipped': tuple(
            (o.entry['name'], o.reason) for o in wrong[:MAX_ROWS]
        ),
        'more_skipped': max(0, len(wrong) - MAX_ROWS),
    }
