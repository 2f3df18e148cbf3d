# SPDX-License-Identifier: Apache-2.0
"""The base class of actions that work for a time slice.

Their workflows begin them again while their result says that something is
pending, and when Mistral lost one of them. So they have no state of their
own: they look first what is there.
"""

from typing import Any

from mistral_lib import actions

from protection_dashboard import exceptions
from protection_dashboard.api.cloud import Cloud
from protection_dashboard.common import plugin_errors
from protection_dashboard.executions.slices.time_slice import MAX_SECONDS
from protection_dashboard.executions.slices.time_slice import TimeSlice
from protection_dashboard.executions.slices.time_slice import growing_pauses
from protection_dashboard.executions.slices.time_slice import waiting_slice
from protection_dashboard.mistral_actions import action
from protection_dashboard.mistral_actions.own_execution import OwnExecution


class SliceAction(action.Action):
    """Runs ``work`` until it answers, for one time slice at most.

    While a service that the whole action needs, such as Keystone or Mistral's
    API, does not answer, it tries again; at the end of the slice the result
    is that of ``held_up``.
    """

    def is_old_form(self) -> bool:
        """Whether a workflow of an older version began it: then ``act``."""
        return False

    def work(
        self, cloud: Cloud, own: OwnExecution, time_slice: TimeSlice
    ) -> Any:
        """The action's result, as plain JSON without a token."""
        raise NotImplementedError

    def held_up(self, error: exceptions.Unavailable) -> Any:
        """The result when a service did not answer for the whole slice."""
        raise NotImplementedError

    def refused(self, error: exceptions.ProtectionError) -> Any:
        """The result for an error that no other try would change."""
        return actions.Result(error=str(error))

    def run(self, context: Any) -> Any:
        """What Mistral calls."""
        if self.is_old_form():
            return super().run(context)
        self._context = context
        pauses = growing_pauses(2, 20)
        with waiting_slice(MAX_SECONDS) as time_slice:
            while True:
                try:
                    return self._work_once(context, time_slice)
                except exceptions.Absent as error:
                    return self.refused(error)
                except exceptions.Unavailable as error:
                    asked = getattr(error, 'retry_after', 0)
                    if not time_slice.sleep(max(next(pauses), asked)):
                        return self.held_up(error)
                except exceptions.ProtectionError as error:
                    return self.refused(error)

    def _work_once(self, context: Any, time_slice: TimeSlice) -> Any:
        # An exception that Mistral does not know would be shown to the
        # tenant with the repr of this object.
        with plugin_errors.raising_plugin_errors("This step"):
            cloud = action.cloud_of_context(context, self.trust)
            own = OwnExecution(cloud, context.execution)
            return self.work(cloud, own, time_slice)
