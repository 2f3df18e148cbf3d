# SPDX-License-Identifier: Apache-2.0
"""Whether Freezer can work: its clients, its jobs, the plans' permits.

A client (freezer-scheduler) registers once and sends no heartbeat: a job that
is never started is the only sign that it is gone. A permit is a job
without work that lets scheduled executions of a plan back up a resource.
"""

from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Sequence
import time
from typing import Any

from protection_dashboard import exceptions
from protection_dashboard.api import freezer
from protection_dashboard.api.cloud import Cloud
from protection_dashboard.api.mistral import all_projects
from protection_dashboard.common import concurrency
from protection_dashboard.common.i18n import TranslatableText
from protection_dashboard.common.i18n import gettext_noop as _
from protection_dashboard.plans import document as plan_document
from protection_dashboard.protections.freezer import actions as freezer_actions
from protection_dashboard.protections.freezer import jobs as freezer_jobs
from protection_dashboard.protections.freezer import permits
from protection_dashboard.protections.freezer import records as freezer_records
from protection_dashboard.protections.freezer.documents import Job
from protection_dashboard.reports.health.check import FAILED
from protection_dashboard.reports.health.check import OK
from protection_dashboard.reports.health.check import WARNING
from protection_dashboard.reports.health.check import Check
from protection_dashboard.reports.health.check import NamedCheck
from protection_dashboard.reports.health.check import untranslated
from protection_dashboard.workflows import definitions

CLIENTS = TranslatableText(_("Freezer's clients"))
JOBS = TranslatableText(_("Freezer's schedulers"))
PERMITS = TranslatableText(_("Freezer's permits"))
MAX_JOBS = 5000
MAX_PLANS = 2000
#: an id that no resource has, to ask which client would back one up
_NO_RESOURCE = '0' * 32


def freezer_checks(cloud: Cloud) -> tuple[NamedCheck, ...]:
    """The checks of Freezer, none in a cloud without it."""
    if not cloud.has(freezer.SERVICE_TYPE):
        return ()
    return (((CLIENTS,), check_clients), ((JOBS, PERMITS), check_jobs))


def check_clients(cloud: Cloud) -> list[Check]:
    """Check that a central client can back up each kind of resource."""
    reasons: dict[str, str] = {}
    for kind in freezer_actions.RESOURCE_KEYS:
        try:
            action = freezer_actions.backup_action(cloud, kind, _NO_RESOURCE)
            freezer_jobs.client_id_for(cloud, action)
        except exceptions.Refused as error:
            reasons.setdefault(str(error), kind)
    if not reasons:
        message = TranslatableText(
            _("They can back up volumes, servers and projects.")
        )
        return [Check(CLIENTS, OK, message)]
    advice = TranslatableText(
        _(
            "Run a central freezer-scheduler, or name one in "
            "PROTECTION_FREEZER_CLIENT; see its supported_* options."
        )
    )
    return [Check(CLIENTS, FAILED, untranslated(' '.join(reasons)), advice)]


def check_jobs(cloud: Cloud) -> list[Check]:
    """Check that jobs are started, and that scheduled plans have permits."""
    found, errors = concurrency.gather(
        {
            'jobs': lambda: freezer.job_list_all_projects(cloud, MAX_JOBS),
            'flows': lambda: all_projects.workflow_list(
                cloud, MAX_PLANS, tags=definitions.PLAN_TAG
            ),
        },
        {'flows': ()},
    )
    return [
        check_schedulers(found['jobs'], cloud.settings.freezer_start_limit),
        *(Check(PERMITS, FAILED, untranslated(error)) for error in errors),
        *([] if errors else [check_permits(found['jobs'], found['flows'])]),
    ]


def check_schedulers(found: Sequence[Job], limit: float) -> Check:
    """Check that all jobs that are older than a limit have been started.

    ``found`` are jobs as Freezer's API gives them, ``limit`` is in seconds.
    """
    now = time.time()
    waiting = [
        job
        for job in found
        if not job['job_schedule'].get('status')
        and now - job['job_schedule'].get('time_created', now) > limit
    ]
    if not waiting:
        message = TranslatableText(
            _("No job waits for a scheduler; jobs known: %(count)d."),
            {'count': len(found)},
        )
        return Check(JOBS, OK, message)
    message = TranslatableText(
        _("Jobs that no scheduler has begun for %(minutes)d min: %(count)d."),
        {'minutes': limit // 60, 'count': len(waiting)},
    )
    advice = TranslatableText(
        _("Look whether freezer-scheduler runs: %(clients)s."),
        {'clients': ', '.join(sorted({job['client_id'] for job in waiting}))},
    )
    return Check(JOBS, FAILED, message, advice)


def check_permits(found: Iterable[Job], flows: Iterable[Any]) -> Check:
    """Check that resources which scheduled plans name have a permit.

    ``found`` are jobs of Freezer, ``flows`` the Mistral workflows of plans.
    """
    held = set(map(permits.permit_of_job, found))
    needed = {need for flow in flows for need in _needed(flow)}
    missing = needed - held
    if not missing:
        message = TranslatableText(
            _("Resources of scheduled plans with a permit: %(count)d."),
            {'count': len(needed)},
        )
        return Check(PERMITS, OK, message)
    message = TranslatableText(
        _(
            "Scheduled runs will fail for %(count)d resources of %(plans)d "
            "plans: they have no permit."
        ),
        {
            'count': len(missing),
            'plans': len({plan_id for plan_id, _resource in missing}),
        },
    )
    advice = TranslatableText(
        _("Let somebody of the project edit and save the plan: %(ids)s."),
        {'ids': ', '.join(sorted({plan_id for plan_id, _r in missing})[:5])},
    )
    return Check(PERMITS, WARNING, message, advice)


def _needed(flow: Any) -> Iterator[tuple[str, str]]:
    """``(plan id, resource id)`` of what a scheduled plan backs up with it."""
    # most plans do not use Freezer, and need not be parsed
    if f'"{freezer_records.SLUG}"' not in flow.definition.replace('\\', ''):
        return
    plan = plan_document.plan_or_none(flow)
    if plan and any(not schedule.paused for schedule in plan.schedules):
        for entry in plan.resources:
            if entry['protection'] == freezer_records.SLUG:
                yield plan.id, entry['id']
