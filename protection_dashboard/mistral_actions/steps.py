# SPDX-License-Identifier: Apache-2.0
"""The actions that Mistral's executors run for us.

What goes wrong with one resource is part of the result, never an exception:
a failed resource must not stop the others. Results are plain JSON and hold
no token.
"""

import contextlib

from protection_dashboard import exceptions
from protection_dashboard.common import clock
from protection_dashboard.executions import cancellation
from protection_dashboard.executions import overlap_guard
from protection_dashboard.executions import records as execution_records
from protection_dashboard.executions import steps as execution_steps
from protection_dashboard.executions import waits
from protection_dashboard.mistral_actions.action import Action
from protection_dashboard.plans import document as plan_document
from protection_dashboard.plans.schema import TIME_LIMIT
from protection_dashboard.protections import base
from protection_dashboard.schedules import gate_firing


class Gate(Action):
    """A schedule and when its gate fired -> whether a run is due."""

    def __init__(self, schedule, pattern, zone, armed, fired, end=None):
        self.schedule = schedule
        self.pattern = pattern
        self.zone = zone
        self.armed = armed
        self.fired = fired
        self.end = end

    def act(self, cloud, execution):
        return gate_firing.opens(cloud, execution, **vars(self))


class Resolve(Action):
    """plan document, schedule -> what to protect, or why the run is skipped.

    ``{"steps": [...], "known": [wait], "hours": n, "skipped": line or
    None}``: see runs.resolve; an old plan names no version: just the steps.
    """

    def __init__(self, plan, schedule=None, version=1, only=None):
        self.plan = plan
        self.schedule = schedule
        self.version = version
        self.only = only

    def act(self, cloud, execution):
        document = plan_document.decode(self.plan)
        if self.version == 1:
            return self._steps(cloud, execution, document)
        hours = document.get('time_limit', TIME_LIMIT)
        found = {'steps': [], 'known': [], 'hours': hours, 'skipped': None}
        older, now = _older(cloud, execution, hours), clock.now()
        if older:
            return {**found, 'skipped': execution_records.skipped(older, now)}
        execution_steps.sweep(cloud, plan_document.protections(document))
        mark = self._mark(execution, document)
        return found | execution_steps.resolve(
            cloud, document, mark, now, self.only
        )

    def _steps(self, cloud, execution, document):
        execution_steps.sweep(cloud, plan_document.protections(document))
        mark = self._mark(execution, document)
        return execution_steps.steps(
            plan_document.entries(document), mark, clock.now()
        )

    def _mark(self, execution, document):
        return base.Mark(
            # nobody keeps the document of a run that is no plan's
            plan=document['id'] if is_plan(execution) else '',
            schedule=self.schedule or '',
            execution=_own(execution),
        )


def _older(cloud, execution, hours):
    """When an older run of the plan began that goes on; None to go on too."""
    # two copies are better than none while Mistral's API cannot be asked
    with contextlib.suppress(exceptions.ProtectionError):
        if is_plan(execution):
            return overlap_guard.older(
                cloud, execution.workflow_name, _own(execution), hours
            )
    return None


def _own(execution):
    return execution.workflow_execution_id


def is_plan(execution):
    """Whether a plan runs, and not a document that nobody keeps."""
    return (
        execution_records.kind_of(execution.workflow_name)[0]
        == execution_records.PLAN
    )


class Protect(Action):
    """One step -> what to wait for: the point, or why there is none."""

    def __init__(self, step):
        self.step = step

    def act(self, cloud, execution):
        if cancellation.has_ended(cloud):
            return waits.one('point', self.step['resource'])
        return execution_steps.protect(cloud, self.step)


class Poll(Action):
    """What a run waits for -> how each of it stands, in one call.

    ``known`` are further, ended waits; ``started`` (Mistral's text) and
    ``hours`` are the run's limit. An older workflow names neither.
    """

    def __init__(self, waits, started=None, known=None, hours=None):
        self.waits = waits
        self.started = started
        self.known = known
        self.hours = hours

    @property
    def all(self):
        return [*(self.known or []), *self.waits]

    @property
    def limit(self):
        if not self.started:
            return None
        return waits.Limit(clock.utc(self.started), self.hours or TIME_LIMIT)

    def act(self, cloud, execution):
        if cancellation.has_ended(cloud):
            return waits.given_up(self.all)
        return waits.poll(cloud, self.all, self.limit)

    def unavailable(self, error):
        """Nothing is lost: Mistral asks again."""
        return waits.undecided(self.all, str(error), self.limit)


class Restore(Action):
    """A recovery point and options -> the new resource to wait for."""

    def __init__(self, point, options):
        self.point = point
        self.options = options

    def act(self, cloud, execution):
        execution_steps.sweep(cloud, {self.point['protection']})
        return [execution_steps.restore(cloud, self.point, self.options)]


class Delete(Action):
    """One recovery point -> what to wait for: that it is gone."""

    def __init__(self, point):
        self.point = point

    def act(self, cloud, execution):
        if cancellation.has_ended(cloud):
            return waits.of_point(self.point)
        return execution_steps.delete(cloud, self.point)
