# SPDX-License-Identifier: Apache-2.0
"""Checks of an execution for tasks that were created and never begun.

Mistral's engine creates a task in the state IDLE and then sends itself the
message ``start_task``. When its database goes away, or the engine is killed,
while that message is handled, nothing sends it again: Mistral's own check of
an execution's integrity looks at RUNNING tasks alone. So each execution of
ours is checked once a minute by a job of Mistral's scheduler, which survives
both, until it ends (:mod:`start_delivery`).

The workflows evaluate :func:`check_starts` in their ``vars``: in the engine,
in the transaction that creates the execution.
"""

from collections.abc import Mapping
from typing import Any

from mistral.scheduler import base

#: seconds between two checks
INTERVAL = 60
#: path by which the engine finds what it calls, 80 characters at most
JOB = f'{__package__}.start_delivery.deliver_lost_starts'


def job_key(execution_id: str) -> str:
    """By which the scheduler knows the job of an execution."""
    return f'protection-starts-{execution_id}'


def check_starts(context: Mapping[str, Any]) -> bool:
    """Check the execution of an expression from now on: always True.

    ``context`` is Mistral's, as for all functions of its expressions.
    """
    schedule_check(context['__execution']['id'])
    return True


def schedule_check(execution_id: str) -> None:
    """Check an execution in a minute.

    The job has the login of the execution, in whose context it is called.
    """
    job = base.SchedulerJob(
        run_after=INTERVAL,
        func_name=JOB,
        func_args={'execution_id': execution_id},
        key=job_key(execution_id),
    )
    base.get_system_scheduler().schedule(job)
