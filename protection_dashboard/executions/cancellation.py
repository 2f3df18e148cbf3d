# SPDX-License-Identifier: Apache-2.0
"""Executions that were ended early: they start nothing more.

A person has cancelled it, or the next execution of its plan found that
Mistral had lost it. Mistral only changes the state of such an execution: it
still starts the steps that ``concurrency`` has held back, and repeats those
with a retry. Therefore our actions ask before they do anything. What had been
started goes on in its service.
"""

import contextlib
import functools

from protection_dashboard import exceptions
from protection_dashboard import plugins
from protection_dashboard.api.cloud import Cloud
from protection_dashboard.api.mistral import client as mistral
from protection_dashboard.common import concurrency
from protection_dashboard.executions import records
from protection_dashboard.executions import waits
from protection_dashboard.workflows import result_states

#: states of waits in such an execution, besides those of result_states
BEGUN = 'begun'
NOT_STARTED = 'not started'
_MAX_ASKED = 40


def own_execution_has_ended(cloud: Cloud) -> bool:
    """Whether the execution that this action belongs to has ended already.

    False when Mistral's API cannot be asked: the execution then goes on.
    """
    with contextlib.suppress(exceptions.ProtectionError):
        found = mistral.execution_get(cloud, cloud.execution)
        return found.state in records.FINAL
    return False


def current_results(
    cloud: Cloud, run: records.Execution
) -> tuple[waits.Wait, ...]:
    """The results of an execution, none of them pending once it has ended.

    In one that was ended early, what had been started is asked for at its
    service, for at most 40 recovery points; a wait's state is then BEGUN
    while the service works on it, and NOT_STARTED if it was never asked to.
    """
    if not run.ended:
        return run.results
    ended = [_ended(wait) for wait in run.results]
    begun = [wait for wait in ended if _can_be_asked(wait)][:_MAX_ASKED]
    asked = concurrency.map_concurrently(
        functools.partial(_state, cloud), begun
    )
    states = dict(zip(map(id, begun), asked, strict=True))
    return tuple(
        {**wait, 'state': states.get(id(wait), wait['state'])}
        for wait in ended
    )


def _ended(wait: waits.Wait) -> waits.Wait:
    if wait['state'] != result_states.PENDING:
        return wait
    return {**wait, 'state': BEGUN if wait['id'] else NOT_STARTED}


def _can_be_asked(wait: waits.Wait) -> bool:
    return wait['state'] == BEGUN and wait['wait'] == 'point'


def _state(cloud: Cloud, wait: waits.Wait) -> str:
    with contextlib.suppress(exceptions.ProtectionError):
        protection = plugins.protection(wait['protection'])
        # show() changes nothing, unlike made()
        point = protection.show(cloud, wait['id'])
        state = waits.WAIT_STATES[point.state]
        return BEGUN if state == result_states.PENDING else state
    return BEGUN
