# SPDX-License-Identifier: Apache-2.0
"""The actions at the end of a plan's execution: pruning and messages."""

import datetime
from typing import Any
from typing import cast

from mistral import exceptions as mistral

from protection_dashboard import exceptions
from protection_dashboard.api.cloud import Cloud
from protection_dashboard.common import clock
from protection_dashboard.executions import cancellation
from protection_dashboard.executions import records as execution_records
from protection_dashboard.executions.waits import Wait
from protection_dashboard.mistral_actions.action import Action
from protection_dashboard.notifications import execution_report
from protection_dashboard.plans import document as plan_document
from protection_dashboard.plans.schema import NotificationDocument
from protection_dashboard.recovery_points import pruning
from protection_dashboard.recovery_points import removals

try:
    from mistral.utils import egress
except ImportError:  # an older Mistral has no such policy
    egress = None


class Prune(Action):
    """The ended waits of a plan's execution -> what its retention removes.

    It only begins the removals; the last task (Notify) continues them.
    """

    def __init__(self, waits: list[Wait]) -> None:
        self.waits = waits

    def act(self, cloud: Cloud, execution: Any) -> removals.RemovalStatus:
        """Begin the removals; nothing if the execution was ended early."""
        kind, plan_id = execution_records.workflow_kind_and_id(
            execution.workflow_name
        )
        if kind != execution_records.PLAN or cancellation.has_ended(cloud):
            return removals.removal_status([])
        return pruning.start_pruning(cloud, plan_id, self.waits)


class Notify(Action):
    """The end of an execution -> the state of its removals, and messages sent.

    ``plan`` is the encoded document, ``schedule`` and ``by`` say who started
    the execution, ``started`` is Mistral's text, ``failure`` one line or
    None, ``waits`` have ended, ``removals`` are those of Prune or of the last
    try. Messages are sent once no removal is pending: until then Mistral
    tries again. With ``notification`` (that part of a plan's document) it
    sends a test message there instead, for the plan called ``name``.
    """

    def __init__(
        self,
        plan: str | None = None,
        schedule: str | None = None,
        by: str | None = None,
        started: str | None = None,
        failure: str | None = None,
        waits: list[Wait] | None = None,
        removals: list[removals.Removal] | None = None,
        notification: NotificationDocument | None = None,
        name: str = '',
    ) -> None:
        self.plan = plan
        self.schedule = schedule
        self.by = by
        self.started = started
        self.failure = failure
        self.waits = waits
        self.removals = removals
        self.notification = notification
        self.name = name

    def act(self, cloud: Cloud, execution: Any) -> Any:
        """Continue the removals; after the last one send the messages."""
        if self.notification is not None:
            return execution_report.send_test_message(
                cloud, self.notification, self.name, _guard
            )
        kind, plan_id = execution_records.workflow_kind_and_id(
            execution.workflow_name
        )
        if kind != execution_records.PLAN:
            return {'pending': 0, 'removed': {}}
        if cancellation.has_ended(cloud):
            return {
                **removals.removal_status(self.removals or []),
                'pending': 0,
            }
        status = removals.continue_removals(
            cloud, plan_id, self.removals or []
        )
        if status['pending']:
            return status
        ended = self._ended(execution, status['removals'])
        return {
            **status,
            **execution_report.report_execution(cloud, ended, _guard),
        }

    def _ended(
        self, execution: Any, removed: list[removals.Removal]
    ) -> execution_report.EndedExecution:
        # the workflow of a plan always gives its document and its start
        return execution_report.EndedExecution(
            document=plan_document.decode_document(cast('str', self.plan)),
            workflow_name=execution.workflow_name,
            # only a schedule's own executions report missed ones
            schedule='' if self.by else self.schedule or '',
            started=cast('datetime.datetime', clock.parse_utc(self.started)),
            failure=self.failure,
            waits=self.waits or [],
            removals=removed,
        )

    def unavailable(self, error: exceptions.Unavailable) -> Any:
        """With removals it is no error: Mistral tries again while any pend."""
        if not self.removals:
            return super().unavailable(error)
        return removals.removal_status(self.removals, [str(error)])


def _guard(url: str) -> str:
    """Why Mistral's egress policy lets nothing out to a URL, or ''."""
    if not egress:
        return ''
    try:
        egress.validate_url(url)
    except mistral.UrlNotAllowedException:
        return "Mistral's egress policy does not allow this host."
    return ''
