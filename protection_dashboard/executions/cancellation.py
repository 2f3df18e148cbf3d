# SPDX-License-Identifier: Apache-2.0
"""A run that was ended early: nothing more is started, what was goes on.

A person cancelled it, or the next run of its plan found it lost. Mistral gives
such an execution its state and nothing else: it goes on to start what waits
for its turn under ``concurrency``, and tries again what is tried again. So our
actions ask before they do anything.
"""

import contextlib
import functools

from protection_dashboard import exceptions
from protection_dashboard import plugins
from protection_dashboard.api.mistral import client as mistral
from protection_dashboard.common import concurrency
from protection_dashboard.executions import records
from protection_dashboard.executions import waits
from protection_dashboard.workflows import result_states

#: states of the resources of such a run, beside those of waits
BEGUN = 'begun'
NOT_STARTED = 'not started'
_MOST = 40


def has_ended(cloud):
    """Whether the run that this is a part of has ended already."""
    # while Mistral's API cannot be asked a run goes on
    with contextlib.suppress(exceptions.ProtectionError):
        found = mistral.execution_get(cloud, cloud.execution)
        return found.state in records.FINAL
    return False


def results(cloud, run):
    """The results of a Run; of one that has ended none is pending.

    What had been started is asked for at its service, up to a bound.
    """
    if not run.ended:
        return run.results
    ended = [_ended(wait) for wait in run.results]
    begun = [wait for wait in ended if _can_be_asked(wait)][:_MOST]
    looked = concurrency.each(functools.partial(_state, cloud), begun)
    states = dict(zip(map(id, begun), looked, strict=True))
    return tuple(
        {**wait, 'state': states.get(id(wait), wait['state'])}
        for wait in ended
    )


def _ended(wait):
    if wait['state'] != result_states.PENDING:
        return wait
    return {**wait, 'state': BEGUN if wait['id'] else NOT_STARTED}


def _can_be_asked(wait):
    return wait['state'] == BEGUN and wait['wait'] == 'point'


def _state(cloud, wait):
    with contextlib.suppress(exceptions.ProtectionError):
        protection = plugins.protection(wait['protection'])
        # unlike made(), it changes nothing
        point = protection.show(cloud, wait['id'])
        state = waits.OF_STATE[point.state]
        return BEGUN if state == result_states.PENDING else state
    return BEGUN
