# SPDX-License-Identifier: Apache-2.0
"""Execute again what failed in an execution, and only that."""

from collections.abc import Callable
import dataclasses

from protection_dashboard import exceptions
from protection_dashboard.api.cloud import Cloud
from protection_dashboard.api.mistral import client as mistral
from protection_dashboard.executions import cancellation
from protection_dashboard.executions import failure_reasons
from protection_dashboard.executions import records
from protection_dashboard.executions import search as execution_search
from protection_dashboard.executions import service as execution_service
from protection_dashboard.executions import started_by
from protection_dashboard.executions import steps
from protection_dashboard.executions.steps import ResourceInput
from protection_dashboard.executions.waits import Wait
from protection_dashboard.plans import document as plan_document
from protection_dashboard.plans import schedule_roles
from protection_dashboard.plans import up_to_date
from protection_dashboard.workflows import result_states

#: how many executions a page shows that repeat one's failures
_MAX_RETRIES = 20
#: whether what a Wait tells of is repeated with the option Force on
_Forced = Callable[[Wait], bool]


def can_be_retried(run: records.Execution) -> bool:
    """Whether what failed in an execution can be executed again.

    The fields that a list of executions has are enough to know it; where the
    results are there as well, one of them has to have failed.
    """
    is_given = run.kind not in _NEEDED or _NEEDED[run.kind](run)
    results = run.results
    can_be = run.state == records.ERROR and run.kind in _RETRIES and is_given
    return can_be and (not results or any(map(_may_be_undone, results)))


def is_helped_by_force(run: records.Execution) -> bool:
    """Whether something in an execution failed as its option Force is off.

    Without results, as in a list, it is told by the reason of the execution.
    """
    if not can_be_retried(run) or run.purpose != records.Purpose.BACKUP:
        return False
    if run.results:
        return any(map(_needs_force, run.results))
    reason = failure_reasons.execution_failure_reason(run.reason)
    return reason.kind == failure_reasons.IN_USE


def _needs_force(wait: Wait) -> bool:
    reason = failure_reasons.failure_reason(wait['reason'])
    return (
        wait['state'] == result_states.FAILED
        and reason.kind == failure_reasons.IN_USE
        and steps.has_force(wait['protection'])
    )


def _never(_wait: Wait) -> bool:
    return False


def retry_execution(
    cloud: Cloud, run: records.Execution, *, force: bool = False
) -> str:
    """Execute again what failed; returns the id of the new execution.

    ``run`` has its results. What it did not record is looked for: a resource
    that has its copy is not protected again. With ``force`` the option Force
    is on for what failed without it. Raises Refused, with a sentence, when
    nothing is to be repeated or it cannot be repeated.
    """
    if not can_be_retried(run):
        raise exceptions.Refused("Nothing to retry: no resource failed.")
    results = cancellation.current_results(cloud, run)
    known = dataclasses.replace(run, results=results)
    return _RETRIES[run.kind](cloud, known, _needs_force if force else _never)


def retries_of_execution(cloud: Cloud, run_id: str) -> list[records.Execution]:
    """The executions that repeat one's failures, the newest first."""
    return execution_service.list_executions(
        cloud, _MAX_RETRIES, description=started_by.retries_filter(run_id)
    )


def _retry_plan(cloud: Cloud, run: records.Execution, forced: _Forced) -> str:
    plan = _up_to_date_plan(cloud, run.plan_id)
    schedule_roles.check_workflow(cloud, plan)
    running = execution_search.Search(plans=(plan.id,), state='running')
    if execution_search.search_page(cloud, running, 1):
        raise exceptions.Refused(
            "A run of this plan is going on: wait until it has ended."
        )
    workflow_input: execution_service.PlanInput = {
        'schedule': run.schedule_id or None,
        'by': cloud.user,
        'name': plan.name,
        'only': _failed(run, forced),
    }
    description = started_by.description(cloud.user, retry_of=run.id)
    execution_id: str = mistral.execution_create(
        cloud, plan.workflow_id, workflow_input, description
    ).id
    return execution_id


def _up_to_date_plan(cloud: Cloud, plan_id: str) -> plan_document.Plan:
    """The plan, its workflow brought up to date.

    A workflow of an older version has no input ``only``. The update keeps
    the cron triggers.
    """
    try:
        plan: plan_document.Plan = up_to_date.up_to_date_plan(cloud, plan_id)
    except exceptions.NotFound as error:
        raise exceptions.Refused(
            "The plan of this run is gone: protect its resources anew."
        ) from error
    return plan


def _retry_once(cloud: Cloud, run: records.Execution, forced: _Forced) -> str:
    given = {'plan': run.input['plan'], 'only': _failed(run, forced)}
    return execution_service.start_shared_workflow(
        cloud, 'once', run.name, given, run.id
    )


def _retry_deletion(
    cloud: Cloud, run: records.Execution, _forced: _Forced
) -> str:
    failed = [
        point
        for point, wait in zip(run.points, run.results, strict=False)
        if _is_undone(wait)
    ]
    given = {'points': failed or run.points}
    return execution_service.start_shared_workflow(
        cloud, 'delete', run.name, given, run.id
    )


def _failed(
    run: records.Execution, forced: _Forced
) -> list[ResourceInput] | None:
    """The resources that failed or got lost, with ``force`` where wanted.

    None, which stands for all resources, when the execution has no results.
    A type whose resources could not be listed has the id ''. Raises Refused
    when nothing failed.
    """
    if not run.results:
        return None
    types_done = {
        wait['type']
        for wait in run.results
        if wait['state'] == result_states.OK
    }
    failed = [
        _resource_input(wait, force=forced(wait))
        for wait in run.results
        if _is_undone(wait)
        and (wait['resource_id'] or wait['type'] not in types_done)
    ]
    if not failed:
        raise exceptions.Refused("Nothing to retry: no resource failed.")
    return failed


def _resource_input(wait: Wait, *, force: bool) -> ResourceInput:
    found: ResourceInput = {'type': wait['type'], 'id': wait['resource_id']}
    return {**found, 'force': True} if force else found


def _may_be_undone(wait: Wait) -> bool:
    """Whether it is not known to be done: a lost run leaves some pending."""
    return wait['state'] not in (result_states.OK, result_states.SKIPPED)


def _is_undone(wait: Wait) -> bool:
    """Whether it failed, or never began since the execution ended early."""
    return wait['state'] in (result_states.FAILED, cancellation.NOT_STARTED)


#: kind of execution -> whether its input has what is to be repeated
_NEEDED: dict[str, Callable[[records.Execution], bool]] = {
    'once': lambda run: isinstance(run.input.get('plan'), str),
    'delete': lambda run: bool(run.points),
}
#: kind of execution -> what repeats its failures
_RETRIES: dict[str, Callable[[Cloud, records.Execution, _Forced], str]] = {
    'plan': _retry_plan,
    'once': _retry_once,
    'delete': _retry_deletion,
}
