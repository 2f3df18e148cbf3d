# SPDX-License-Identifier: Apache-2.0
"""Twelve plans, a third of whose runs stand at each stage when a fault comes.

The stages are told by what Cinder has, not by the tasks of a workflow.
"""

from collections import Counter
from concurrent import futures
import contextlib
import dataclasses

from protection_dashboard import exceptions
from protection_dashboard.executions import records as execution_records
from protection_dashboard.executions import service as execution_service
from protection_dashboard.plans import document as plan_document
from protection_dashboard.plans import service as plan_service
from tests.support import factories
from tests.support import sandboxes
from tests.support.waiting import until

#: stage -> volumes of each of its plans, the fault that holds a run there
STAGES = {
    'protect': (6, None),
    'wait': (2, 'fault_create_snapshot'),
    'notify': (2, 'fault_delete_snapshot'),
}
PLANS = 4  # of each stage
SLOW = '30'  # seconds that Cinder takes longer for a snapshot
ENDS_WITHIN = 300  # seconds after the services are back
_KEEP_ONE = {'last': 1}
#: status of a snapshot that Cinder forgot -> that which an operator gives it
_AFTER = {'creating': 'error', 'deleting': 'error_deleting'}
#: each run tells the operators' channel how it ended
_TELL_ALL = {'on': ['failure', 'success'], 'webhook': 'operators'}


@dataclasses.dataclass(frozen=True)
class StagedPlan:
    stage: str
    plan: plan_document.Plan
    volume_ids: tuple[str, ...]


class Storm:
    """The plans, and the runs that a fault finds."""

    def __init__(self, cloud, sandbox):
        self.cloud = cloud
        self.sandbox = sandbox
        self.plans = self._make_plans()
        self.runs = {}  # plan id -> run id

    def _make_plans(self):
        wanted = [(stage, n) for stage in STAGES for n in range(PLANS)]
        with futures.ThreadPoolExecutor(4) as pool:
            return list(pool.map(self._make_plan, *zip(*wanted, strict=True)))

    def _make_plan(self, stage, number):
        count, _fault = STAGES[stage]
        volumes = [
            self.sandbox.volume(f'{stage} {number} {n}') for n in range(count)
        ]
        document = sandboxes.with_resources(
            *(self.sandbox.document(volume) for volume in volumes)
        )
        document['name'] = f'{stage} {number}'
        document['notification'] = _TELL_ALL
        if stage == 'notify':
            document['retention'] = _KEEP_ONE
        plan = plan_service.plan_create(self.cloud, document)
        return StagedPlan(stage, plan, tuple(v.id for v in volumes))

    def run_all(self, limit=ENDS_WITHIN):
        """Run each plan once, undisturbed: {plan id: Execution}, ended."""
        self._set_faults({})
        self._start(*STAGES)
        until(lambda: not self.going(), limit)
        return self.executions()

    def reach_stages(self):
        """Start all; return when each stage has its runs where it wants."""
        self._set_faults({fault: SLOW for _n, fault in STAGES.values()})
        self._start('notify', 'wait')
        until(self._are_held)
        self._start('protect')
        until(self._has_begun_protecting, pause=0)

    def _set_faults(self, faults):
        """Let Cinder be slow, or quick again, for the volumes of a stage."""
        for staged in self.plans:
            _count, fault = STAGES[staged.stage]
            for volume_id in staged.volume_ids if fault else ():
                self.sandbox.cinder.volumes.set_metadata(
                    volume_id, {fault: faults.get(fault, '0')}
                )

    def _start(self, *stages):
        for staged in self.plans:
            if staged.stage in stages:
                self.runs[staged.plan.id] = execution_service.execute_plan(
                    self.cloud, staged.plan
                )

    def _are_held(self):
        """Whether each waits for a new snapshot, or for an old one to go."""
        states = Counter(
            (s.status, s.volume_id) for s in self._snapshots(detailed=True)
        )
        held = {'wait': 'creating', 'notify': 'deleting'}
        return all(
            states[held[staged.stage], volume_id]
            for staged in self.plans
            if staged.stage in held
            for volume_id in staged.volume_ids
        )

    def _snapshots(self, **options):
        return self.sandbox.cinder.volume_snapshots.list(**options)

    def _has_begun_protecting(self):
        return any(self.points_of(s) for s in self.plans_of('protect'))

    def plans_of(self, stage):
        return [staged for staged in self.plans if staged.stage == stage]

    def executions(self):
        """{plan id: Execution} of the last run of each plan."""
        name = execution_records.plan_workflows_filter(self.runs)
        found = execution_service.list_executions(
            self.cloud, 500, workflow_name=name
        )
        wanted = set(self.runs.values())
        return {run.plan_id: run for run in found if run.id in wanted}

    def going(self):
        """The runs that go on; all of them while Mistral does not answer."""
        with contextlib.suppress(exceptions.ProtectionError):
            runs = self.executions().values()
            return [run for run in runs if not run.ended]
        return list(self.runs.values())

    def give_up_forgotten(self, operator):
        """Do what an operator does with snapshots that Cinder forgot.

        ``operator`` is a client of Cinder of an administrator.
        """
        with contextlib.suppress(AssertionError):
            until(lambda: not self._being_worked_on(), int(SLOW) + 30)
        for snapshot in self._being_worked_on():
            state = _AFTER[snapshot.status]
            operator.volume_snapshots.reset_state(snapshot.id, state)

    def _being_worked_on(self):
        ours = {one for staged in self.plans for one in staged.volume_ids}
        return [
            snapshot
            for snapshot in self._snapshots()
            if snapshot.status in _AFTER and snapshot.volume_id in ours
        ]

    def cancel(self):
        """End what still goes on, for the next fault."""
        for run in self.going():
            execution_service.execution_cancel(self.cloud, run)
        until(lambda: not self.going())

    def points_of(self, staged):
        """The points that the last run of a plan has made."""
        run_id = self.runs[staged.plan.id]
        return [
            point
            for point in factories.SNAPSHOT.points(self.cloud)
            if point.mark.execution == run_id
        ]

    def lost(self):
        """(plan's name, volume) without a good point of the last run."""
        found = {
            (point.mark.execution, point.resource_id)
            for point in factories.SNAPSHOT.points(self.cloud)
            if point.state == 'available'
        }
        return [
            (staged, volume_id)
            for staged in self.plans
            for volume_id in staged.volume_ids
            if (self.runs[staged.plan.id], volume_id) not in found
        ]

    def doubled(self):
        """(execution, resource) -> points, where there are several."""
        counts = Counter(
            (point.mark.execution, point.resource_id)
            for point in factories.SNAPSHOT.points(self.cloud)
            if point.mark.plan in {s.plan.id for s in self.plans}
        )
        return {key: count for key, count in counts.items() if count > 1}
