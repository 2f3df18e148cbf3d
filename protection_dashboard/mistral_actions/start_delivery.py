# SPDX-License-Identifier: Apache-2.0
"""The job that delivers the lost starts of tasks again, see start_checks.

It runs in Mistral's engine, by what Mistral itself does there: it is one of
its scheduled jobs. A start that was only late may be delivered twice: the
engine begins a task only if that is still IDLE.
"""

import logging

from mistral.db import utils as db_utils
from mistral.db.v2 import api as db_api
from mistral.engine import post_tx_queue
from mistral.rpc import clients as rpc
from mistral.workflow import states
from oslo_utils import timeutils

from protection_dashboard.mistral_actions import start_checks

LOG = logging.getLogger(__name__)
#: seconds for which a task may be IDLE: by then its start is lost
_IDLE_AT_MOST = 30


@db_utils.retry_on_db_error  # type: ignore[untyped-decorator]
@post_tx_queue.run  # type: ignore[untyped-decorator]
def deliver_lost_starts(execution_id: str) -> None:
    """Start the tasks of an execution that are IDLE; check it again later.

    Nothing if it has ended; one that is paused only goes on being checked.
    """
    with db_api.transaction():
        execution = db_api.load_workflow_execution(execution_id)
        if execution is None or states.is_completed(execution.state):
            return
        start_checks.schedule_check(execution_id)
        if execution.state != states.RUNNING:
            return
        idle = db_api.get_task_executions(
            workflow_execution_id=execution_id, state=states.IDLE
        )
        for task in idle:
            since = task.updated_at or task.created_at
            if timeutils.is_older_than(since, _IDLE_AT_MOST):
                post_tx_queue.register_operation(
                    _deliver_start, [task.id, task.name, execution_id]
                )


def _deliver_start(task_id: str, name: str, execution_id: str) -> None:
    LOG.warning(
        "The start of a task was lost, it is delivered again "
        "[task=%s, task_ex_id=%s, wf_ex_id=%s]",
        name,
        task_id,
        execution_id,
    )
    rpc.get_engine_client().start_task(
        task_ex_id=task_id,
        first_run=True,
        waiting=False,
        triggered_by=None,
        rerun=False,
        reset=False,
    )
