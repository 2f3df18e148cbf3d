# SPDX-License-Identifier: Apache-2.0
"""The actions at the end of a plan's run: what goes, and who is told."""

from mistral import exceptions as mistral

from protection_dashboard.common import clock
from protection_dashboard.executions import cancellation
from protection_dashboard.executions import records as execution_records
from protection_dashboard.mistral_actions.action import Action
from protection_dashboard.notifications import execution_report
from protection_dashboard.plans import document as plan_document
from protection_dashboard.recovery_points import pruning
from protection_dashboard.recovery_points import removals

try:
    from mistral.utils import egress
except ImportError:  # an older Mistral has no such policy
    egress = None


class Prune(Action):
    """The ended waits of a plan's run -> what its retention removes.

    What ``prunes.start`` gives; only begun, the last task sees it through.
    """

    def __init__(self, waits):
        self.waits = waits

    def act(self, cloud, execution):
        kind, plan_id = execution_records.kind_of(execution.workflow_name)
        if kind != execution_records.PLAN or cancellation.has_ended(cloud):
            return removals.standing([])
        return pruning.start(cloud, plan_id, self.waits)


class Notify(Action):
    """A run that is about to end -> how its removals stand, and notices.

    People are told when nothing is pending any more: until then it gives
    what ``removals.go_on`` gives. With ``notification`` it sends a test
    message there instead.
    """

    def __init__(
        self,
        plan=None,
        schedule=None,
        by=None,
        started=None,
        failure=None,
        waits=None,
        removals=None,
        notification=None,
        name='',
    ):
        self.plan = plan
        self.schedule = schedule
        self.by = by
        self.started = started
        self.failure = failure
        self.waits = waits
        self.removals = removals
        self.notification = notification
        self.name = name

    def act(self, cloud, execution):
        if self.notification is not None:
            return execution_report.test(
                cloud, self.notification, self.name, _guard
            )
        kind, plan_id = execution_records.kind_of(execution.workflow_name)
        if kind != execution_records.PLAN:
            return {'pending': 0, 'removed': {}}
        if cancellation.has_ended(cloud):
            return {**removals.standing(self.removals or []), 'pending': 0}
        stand = removals.go_on(cloud, plan_id, self.removals or [])
        if stand['pending']:
            return stand
        ended = self._ended(execution, stand['removals'])
        return {**stand, **execution_report.of_run(cloud, ended, _guard)}

    def _ended(self, execution, removed):
        return execution_report.Ended(
            document=plan_document.decode(self.plan),
            workflow_name=execution.workflow_name,
            # who runs it by hand finds no missed runs
            schedule='' if self.by else self.schedule or '',
            started=clock.utc(self.started),
            failure=self.failure,
            waits=self.waits or [],
            removals=removed,
        )

    def unavailable(self, error):
        """Mistral asks again as long as something is pending."""
        if not self.removals:
            return super().unavailable(error)
        return removals.standing(self.removals, [str(error)])


def _guard(url):
    """Why Mistral's egress policy lets nothing out to a URL, or ''."""
    if not egress:
        return ''
    try:
        egress.validate_url(url)
    except mistral.UrlNotAllowedException:
        return "Mistral's egress policy does not allow this host."
    return ''
