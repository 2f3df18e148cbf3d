# SPDX-License-Identifier: Apache-2.0
"""Messages about runs that sent none themselves: lost and skipped ones.

A run that Mistral lost cannot tell anybody; whoever ends it does, and it is a
failure. A run that is skipped because an older one of its plan goes on tells
of itself, as the event ``skipped``.
"""

from collections.abc import Iterable
import contextlib
import datetime

from protection_dashboard import exceptions
from protection_dashboard.api.cloud import Cloud
from protection_dashboard.api.mistral import client as mistral
from protection_dashboard.executions import lost_runs
from protection_dashboard.executions import records
from protection_dashboard.notifications import execution_report
from protection_dashboard.notifications.execution_report import Guard
from protection_dashboard.notifications.execution_report import Report
from protection_dashboard.plans import document as plan_document
from protection_dashboard.plans.schema import PlanDocument
from protection_dashboard.workflows import definitions


def report_lost_runs(
    cloud: Cloud, lost: Iterable[lost_runs.LostRun], guard: Guard
) -> Report:
    """Send the messages about lost runs that have been ended.

    For each of them its own plan says who is told: the saved one, or the
    document that the run was started with. Nobody is told of restores and
    deletions, as no plan is theirs.
    """
    reports = [_lost_run_report(cloud, one.run, guard) for one in lost]
    return {
        'notices': [one for report in reports for one in report['notices']],
        'troubles': [one for report in reports for one in report['troubles']],
    }


def _lost_run_report(
    cloud: Cloud, run: records.Execution, guard: Guard
) -> Report:
    try:
        document = _document(cloud, run)
    except exceptions.ProtectionError as error:
        trouble = f"Nobody was told that the run {run.id} was lost: {error}"
        return {'notices': [], 'troubles': [trouble]}
    if document is None:
        return {'notices': [], 'troubles': []}
    message = execution_report.new_message(
        execution_report.FAILURE,
        cloud,
        document['id'],
        document['name'],
        execution_id=run.id,
        started=run.started.isoformat(timespec='seconds'),
        reason=run.state_info,
        results=execution_report.resource_outcomes(run.results),
    )
    return _report(cloud, document, message, guard)


def _document(cloud: Cloud, run: records.Execution) -> PlanDocument | None:
    """The document of the plan that a run executes, None if there is none."""
    if run.kind == 'once':
        return plan_document.decode_document(str(run.input.get('plan')))
    if run.kind != records.PLAN:
        return None
    # the plan may be gone
    with contextlib.suppress(exceptions.NotFound):
        name = definitions.plan_workflow_name(run.plan_id)
        found = mistral.workflow_get(cloud, name)
        return plan_document.plan_from_workflow(found).document
    return None


def report_skipped_run(
    cloud: Cloud,
    document: PlanDocument,
    started: datetime.datetime,
    reason: str,
    guard: Guard,
) -> Report:
    """Send the message about the run that acts, which is skipped.

    ``document`` is its plan's, ``started`` (aware) when it began, ``reason``
    the sentence that says why it is skipped.
    """
    message = execution_report.new_message(
        execution_report.SKIPPED,
        cloud,
        document['id'],
        document['name'],
        started=started.isoformat(timespec='seconds'),
        reason=records.one_line_reason(reason),
    )
    return _report(cloud, document, message, guard)


def _report(
    cloud: Cloud,
    document: PlanDocument,
    message: execution_report.Message,
    guard: Guard,
) -> Report:
    """What became of a message, if the plan wants it sent."""
    notification = document.get('notification')
    if not notification or message['event'] not in notification['on']:
        return {'notices': [], 'troubles': []}
    notices = execution_report.deliver_message(
        notification, message, cloud, guard
    )
    return {'notices': notices, 'troubles': []}
