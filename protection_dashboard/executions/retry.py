# SPDX-License-Identifier: Apache-2.0
"""Run again what failed in a run, and only that."""

from protection_dashboard import exceptions
from protection_dashboard.api.mistral import client as mistral
from protection_dashboard.executions import records
from protection_dashboard.executions import search as execution_search
from protection_dashboard.executions import service as execution_service
from protection_dashboard.executions import started_by
from protection_dashboard.plans import document as plan_document
from protection_dashboard.workflows import definitions
from protection_dashboard.workflows import result_states

_MOST = 20


def may(run):
    """Whether a run is one that can be tried again; a list tells as much."""
    return run.state == records.ERROR and run.kind in _RETRIES


def retry(cloud, run):
    """Run again what failed in a Run with its results; the new run's id.

    Refused, in a sentence, when there is nothing to do or it cannot be done.
    """
    if not may(run):
        raise exceptions.Refused("Nothing to retry: no resource failed.")
    return _RETRIES[run.kind](cloud, run)


def of(cloud, run_id):
    """The runs that repeat a run, the newest first."""
    return execution_service.run_page(
        cloud, _MOST, description=started_by.retries(run_id)
    )


def _plan(cloud, run):
    plan = _current(cloud, run.plan_id)
    going = execution_search.Search(plans=(plan.id,), state='running')
    if execution_search.page(cloud, going, 1):
        raise exceptions.Refused(
            "A run of this plan is going on: wait until it has ended."
        )
    given = {
        'schedule': run.schedule_id or None,
        'by': cloud.user,
        'name': plan.name,
        'only': _failed(run),
    }
    told = started_by.description(cloud.user, retry_of=run.id)
    return mistral.execution_create(cloud, plan.workflow_id, given, told).id


def _current(cloud, plan_id):
    """The plan, its workflow up to date: an old one takes no ``only``.

    Its cron triggers stay as they are.
    """
    try:
        found = mistral.workflow_get(cloud, definitions.workflow_name(plan_id))
    except exceptions.NotFound as error:
        raise exceptions.Refused(
            "The plan of this run is gone: protect its resources anew."
        ) from error
    plan = plan_document.carried(found)
    text = plan_document.definition(plan.document)
    if found.definition != text:
        mistral.workflow_update(cloud, found.id, text)
    return plan


def _once(cloud, run):
    given = {'plan': run.input['plan'], 'only': _failed(run)}
    return execution_service.start(cloud, 'once', run.name, given, run.id)


def _delete(cloud, run):
    asked = run.input['points']
    states = [wait['state'] for wait in run.results]
    failed = [
        point
        for point, state in zip(asked, states, strict=False)
        if state == result_states.FAILED
    ]
    given = {'points': failed or asked}
    return execution_service.start(cloud, 'delete', run.name, given, run.id)


def _failed(run):
    """The resources that failed or were lost; None for all of the run's.

    A type that could not be listed counts as a whole.
    """
    if not run.results:
        return None
    done = {
        one['type'] for one in run.results if one['state'] == result_states.OK
    }
    failed = [
        {'type': wait['type'], 'id': wait['resource_id']}
        for wait in run.results
        if _is_undone(wait)
        and (wait['resource_id'] or wait['type'] not in done)
    ]
    if not failed:
        raise exceptions.Refused("Nothing to retry: no resource failed.")
    return failed


def _is_undone(wait):
    """Whether it failed, or never began in a run that ended early."""
    if wait['state'] == result_states.PENDING:
        return not wait['id']
    return wait['state'] == result_states.FAILED


_RETRIES = {'plan': _plan, 'once': _once, 'delete': _delete}
