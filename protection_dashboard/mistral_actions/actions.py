# SPDX-License-Identifier: Apache-2.0
"""The actions that our workflows call; Mistral finds them by entry points.

A failure of one resource is part of the result, never an exception, because a
resource that fails must not stop the others. Results are plain JSON and hold
no token.
"""

from collections.abc import Mapping
import contextlib
import datetime
from typing import Any
from typing import TypedDict
from typing import cast

from mistral import exceptions as mistral

from protection_dashboard import exceptions
from protection_dashboard.api.cloud import Cloud
from protection_dashboard.common import clock
from protection_dashboard.executions import cancellation
from protection_dashboard.executions import overlap_guard
from protection_dashboard.executions import records as execution_records
from protection_dashboard.executions import steps as execution_steps
from protection_dashboard.executions import waits
from protection_dashboard.executions.slices import progress
from protection_dashboard.executions.slices.time_slice import TimeSlice
from protection_dashboard.executions.waits import Wait
from protection_dashboard.mistral_actions import plan_run
from protection_dashboard.mistral_actions import point_run
from protection_dashboard.mistral_actions.action import Action
from protection_dashboard.mistral_actions.own_execution import OwnExecution
from protection_dashboard.mistral_actions.slice_action import SliceAction
from protection_dashboard.notifications import execution_report
from protection_dashboard.plans import document as plan_document
from protection_dashboard.plans import up_to_date
from protection_dashboard.plans.schema import DEFAULT_TIME_LIMIT
from protection_dashboard.plans.schema import NotificationDocument
from protection_dashboard.plans.schema import PlanDocument
from protection_dashboard.protections import base
from protection_dashboard.recovery_points import pruning
from protection_dashboard.recovery_points import removals
from protection_dashboard.schedules import gate_firing

#: the version of the workflows of this package
_VERSION = 3


class Gate(SliceAction):
    """A schedule, and when its gate fired -> whether an occurrence is due.

    ``schedule`` is its id, ``pattern`` a cron pattern in local time, ``zone``
    the time zone. The times are text: ``armed`` in ISO 8601 with its offset,
    ``fired`` as Mistral writes it, ``end`` local or None.
    """

    def __init__(
        self,
        schedule: str,
        pattern: str,
        zone: str,
        armed: str,
        fired: str,
        end: str | None = None,
    ) -> None:
        self.schedule = schedule
        self.pattern = pattern
        self.zone = zone
        self.armed = armed
        self.fired = fired
        self.end = end

    def work(
        self, cloud: Cloud, own: OwnExecution, time_slice: TimeSlice
    ) -> bool:
        """Whether to start the plan now."""
        return gate_firing.starts_run(
            cloud,
            self._context.execution,
            schedule=self.schedule,
            pattern=self.pattern,
            zone=self.zone,
            armed=self.armed,
            fired=self.fired,
            end=self.end,
        )

    def held_up(self, error: exceptions.Unavailable) -> Any:
        """No answer: the run counts as missed."""
        return self.refused(error)


class ResolveResult(TypedDict):
    """The result of Resolve.

    ``steps`` and ``known`` are those of
    :class:`executions.steps.Resolved`; ``hours`` is the execution's limit.
    ``skipped`` is None, or the line that says why the execution does nothing.
    """

    steps: list[execution_steps.Step]
    known: list[waits.Wait]
    hours: int
    skipped: str | None


class Resolve(SliceAction):
    """What an execution protects, or why it is skipped.

    With the ``version`` 3 it reads the plan and the input of its execution
    itself. A workflow of an older version gives the encoded document
    (``plan``), the id of the schedule that started the execution, and the
    resources to which a retry is limited (``only``); the oldest names no
    version, and its result is the list of steps alone.
    """

    def __init__(
        self,
        plan: str = '',
        schedule: str | None = None,
        version: int = 1,
        only: list[execution_steps.ResourceInput] | None = None,
    ) -> None:
        self.plan = plan
        self.schedule = schedule
        self.version = version
        self.only = only

    def is_old_form(self) -> bool:
        """Whether the workflow is of an older version."""
        return self.version < _VERSION

    def work(
        self, cloud: Cloud, own: OwnExecution, time_slice: TimeSlice
    ) -> plan_run.ResolveResult:
        """Skip if an older execution is running, else clean up and resolve."""
        return plan_run.resolve(cloud, own, _guard)

    def held_up(self, error: exceptions.Unavailable) -> plan_run.ResolveResult:
        """The task ``protect`` goes on with it."""
        return plan_run.unresolved()

    def refused(
        self, error: exceptions.ProtectionError
    ) -> plan_run.ResolveResult:
        """The execution ends with this error, but its messages are sent."""
        return plan_run.unresolved(str(error))

    def act(
        self, cloud: Cloud, execution: Any
    ) -> ResolveResult | list[execution_steps.Step]:
        """Skip if an older execution is running, else clean up and resolve."""
        document = plan_document.decode_document(self.plan)
        if is_plan_execution(execution):
            # so that the next execution is of this version
            with contextlib.suppress(exceptions.ProtectionError):
                up_to_date.up_to_date_plan(cloud, document['id'])
        if self.version == 1:
            return self._steps(cloud, execution, document)
        hours = document.get('time_limit', DEFAULT_TIME_LIMIT)
        older, now = _older_start(cloud, execution, hours), clock.now()
        if older:
            return {
                'steps': [],
                'known': [],
                'hours': hours,
                'skipped': execution_records.skipped_state_info(older, now),
            }
        execution_steps.sweep_protections(
            cloud, plan_document.protection_slugs(document)
        )
        mark = self._mark(execution, document)
        resolved = execution_steps.resolve_plan(
            cloud, document, mark, now, self.only
        )
        return {**resolved, 'hours': hours, 'skipped': None}

    def _steps(
        self, cloud: Cloud, execution: Any, document: PlanDocument
    ) -> list[execution_steps.Step]:
        execution_steps.sweep_protections(
            cloud, plan_document.protection_slugs(document)
        )
        mark = self._mark(execution, document)
        return execution_steps.plan_steps(
            plan_document.resource_entries(document), mark, clock.now()
        )

    def _mark(self, execution: Any, document: PlanDocument) -> base.Mark:
        return base.Mark(
            # the document of a single execution (Protect Now) is not saved
            plan=document['id'] if is_plan_execution(execution) else '',
            schedule=self.schedule or '',
            execution=execution.workflow_execution_id,
        )


def _older_start(
    cloud: Cloud, execution: Any, hours: int
) -> datetime.datetime | None:
    """When (aware) an older, running execution of the same plan began.

    None if there is none, and also when Mistral's API cannot be asked: two
    recovery points are better than none.
    """
    with contextlib.suppress(exceptions.ProtectionError):
        if is_plan_execution(execution):
            return overlap_guard.find_overlap(
                cloud,
                execution.workflow_name,
                execution.workflow_execution_id,
                hours,
            ).since
    return None


def is_plan_execution(execution: Any) -> bool:
    """Whether a saved plan is executed, and not a document of Protect Now."""
    return (
        execution_records.workflow_kind_and_id(execution.workflow_name)[0]
        == execution_records.PLAN
    )


class Protect(SliceAction):
    """Makes the recovery points of its execution, for a time slice.

    A workflow of an older version gives one ``step`` of Resolve: then it only
    begins that, and the result is the wait for the new recovery point.
    """

    def __init__(
        self, step: execution_steps.Step | None = None, trust: str = ''
    ) -> None:
        self.step = step
        self.trust = trust

    def is_old_form(self) -> bool:
        """Whether the workflow is of an older version."""
        return self.step is not None

    def work(
        self, cloud: Cloud, own: OwnExecution, time_slice: TimeSlice
    ) -> progress.ProtectResult:
        """Start what is missing and wait for all."""
        result = plan_run.protect(cloud, own, time_slice, _guard)
        if result['pending'] and not self.trust:
            # the execution takes longer than its token may last
            result['trust'] = self.create_trust(own.limit_hours)
        return result

    def held_up(self, error: exceptions.Unavailable) -> progress.ProtectResult:
        """The next slice goes on with it."""
        return plan_run.held_up()

    def refused(
        self, error: exceptions.ProtectionError
    ) -> progress.ProtectResult:
        """The execution ends with this error, but its messages are sent."""
        return plan_run.ended_by(str(error))

    def act(self, cloud: Cloud, execution: Any) -> waits.Wait:
        """Start to protect; nothing if the execution was ended early."""
        assert self.step is not None
        if cancellation.own_execution_has_ended(cloud):
            return waits.new_wait('point', self.step['resource'])
        return execution_steps.begin_protection(cloud, self.step)


class Poll(SliceAction):
    """The waits of a restore or a deletion -> the state of each.

    With the ``version`` 3 it works for a time slice; ``waits`` are those of
    the slice before, None if there was none or it got lost; ``first`` is
    whether it is the first task. In workflows of older versions,
    also of plans, Mistral tries again while something is pending. ``known``
    are further waits, which have ended; ``started`` (Mistral's text) and
    ``hours`` are the execution's limit.
    """

    def __init__(
        self,
        waits: list[Any] | None = None,
        started: str | None = None,
        known: list[waits.Wait] | None = None,
        hours: int | None = None,
        version: int = 1,
        trust: str = '',
        # Mistral takes no parameters that have to be named
        first: bool = False,  # noqa: FBT001, FBT002
    ) -> None:
        self.first = first
        self.waits = waits or []
        self.started = started
        self.known = known
        self.hours = hours
        self.version = version
        self.trust = trust
        self._given = waits

    def is_old_form(self) -> bool:
        """Whether the workflow is of an older version."""
        return self.version < _VERSION

    def work(
        self, cloud: Cloud, own: OwnExecution, time_slice: TimeSlice
    ) -> point_run.WaitsResult:
        """Begin what has not begun and wait for all."""
        is_first = self.first and not self._context.security.redelivered
        result = point_run.work(
            cloud, own, time_slice, self._given, is_first=is_first
        )
        if not result['pending']:
            self.delete_trust()
        elif not self.trust:
            result['trust'] = self.create_trust(DEFAULT_TIME_LIMIT)
        return result

    def held_up(self, error: exceptions.Unavailable) -> point_run.WaitsResult:
        """The next slice goes on with it."""
        return point_run.held_up(self._given, str(error))

    @property
    def all(self) -> list[Any]:
        """All waits; for a step that failed a sentence or None."""
        return [*(self.known or []), *self.waits]

    @property
    def limit(self) -> waits.TimeLimit | None:
        """The limit of the execution, None if the workflow gives none."""
        if not self.started:
            return None
        return waits.TimeLimit(
            clock.parse_utc(self.started), self.hours or DEFAULT_TIME_LIMIT
        )

    def act(self, cloud: Cloud, execution: Any) -> waits.PollResult:
        """Ask the services; nothing if the execution was ended early."""
        if cancellation.own_execution_has_ended(cloud):
            return waits.abandoned_waits(self.all)
        return waits.poll_waits(cloud, self.all, self.limit)

    def unavailable(self, error: exceptions.Unavailable) -> waits.PollResult:
        """No error: everything stays pending, and Mistral tries again."""
        return waits.unpolled_waits(self.all, str(error), self.limit)


class Restore(Action):
    """A recovery point and options -> the wait for the new resource."""

    def __init__(
        self, point: Mapping[str, Any], options: dict[str, Any]
    ) -> None:
        self.point = point
        self.options = options

    def act(self, cloud: Cloud, execution: Any) -> list[waits.Wait]:
        """Start to restore the point."""
        execution_steps.sweep_protections(cloud, {self.point['protection']})
        return [execution_steps.begin_restore(cloud, self.point, self.options)]


class Delete(Action):
    """One recovery point -> the wait for its deletion."""

    def __init__(self, point: Mapping[str, Any]) -> None:
        self.point = point

    def act(self, cloud: Cloud, execution: Any) -> waits.Wait:
        """Start to delete; nothing if the execution was ended early."""
        if cancellation.own_execution_has_ended(cloud):
            return waits.wait_for_point(self.point)
        return execution_steps.begin_deletion(cloud, self.point)


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
        if (
            kind != execution_records.PLAN
            or cancellation.own_execution_has_ended(cloud)
        ):
            return removals.removal_status([])
        return pruning.start_pruning(cloud, plan_id, self.waits)


class Notify(SliceAction):
    """The end of an execution -> the state of its removals, and messages sent.

    With the ``version`` 3 it works for a time slice, and only ``failure`` is
    given. In workflows of older versions ``plan`` is the encoded document,
    ``schedule`` and ``by`` say who started the execution, ``started`` is
    Mistral's text, ``failure`` one line or None, ``waits`` have ended,
    ``removals`` are those of Prune or of the last try. Messages are sent once
    no removal is pending: until then Mistral tries again. With
    ``notification`` (that part of a plan's document) it sends a test message
    there instead, for the plan called ``name``.
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
        version: int = 1,
        trust: str = '',
    ) -> None:
        self.version = version
        self.trust = trust
        self.plan = plan
        self.schedule = schedule
        self.by = by
        self.started = started
        self.failure = failure
        self.waits = waits
        self.removals = removals
        self.notification = notification
        self.name = name

    def is_old_form(self) -> bool:
        """Whether the workflow is of an older version, or sends a test."""
        return self.version < _VERSION

    def work(
        self, cloud: Cloud, own: OwnExecution, time_slice: TimeSlice
    ) -> progress.EndResult:
        """Remove what retention does not keep, and send the messages."""
        result = plan_run.end(cloud, own, time_slice, self.failure, _guard)
        if not result['pending']:
            self.delete_trust()
        return result

    def held_up(self, error: exceptions.Unavailable) -> progress.EndResult:
        """The next slice goes on with it."""
        return plan_run.end_held_up()

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
        if cancellation.own_execution_has_ended(cloud):
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
