# SPDX-License-Identifier: Apache-2.0
"""Which worker of pytest-xdist runs which file of tests, and when.

A worker starts its cloud at its first test that needs one. Tests of pages and
in browsers keep the processor busy, those of services mostly wait. So the
first worker begins with browsers and the others with what waits longest; of
three or more workers the last begins with the tests without a cloud.
"""

import functools

from xdist.scheduler import LoadFileScheduling

#: between the same port of the clouds of two workers
PORTS_APART = 100
WITHOUT_CLOUD = 'tests/unit/'
BROWSER = 'tests/browser/'
#: files and folders that take long and mostly wait, the longest first
LONG = (
    'tests/services/executions/test_run_trusts.py',
    'tests/services/test_stored_records.py',
    'tests/services/schedules/test_gate.py',
    'tests/services/schedules/test_trove_client_schedules.py',
    'tests/services/recovery_points/',
    'tests/services/executions/',
    'tests/services/protections/',
    'tests/services/',
    'tests/third_party/',
)
#: files that one worker runs, as they share what takes long to make: the
#: fixture many_executions
TOGETHER = (
    'tests/services/executions/test_paging.py',
    'tests/pages/executions/test_executions.py',
    'tests/pages/admin_panels/test_admin.py',
)


class CloudAwareScheduling(LoadFileScheduling):
    def _split_scope(self, nodeid):
        return scope_of(nodeid)

    def _assign_work_unit(self, node):
        if self.workqueue:
            best = min(self.workqueue, key=self._rank_for(node))
            self.workqueue.move_to_end(best, last=False)
        super()._assign_work_unit(node)

    def _rank_for(self, node):
        """The key that sorts files in the order this worker takes them."""
        first = LONG
        if is_last(node.gateway.id, self.numnodes):
            first = (WITHOUT_CLOUD,)
        elif is_first(node.gateway.id):
            first = (BROWSER, *LONG)
        return functools.partial(_rank, (*first, BROWSER, *LONG))


def scope_of(nodeid):
    """The file of a test, or the first of the files that go together."""
    file = nodeid.partition('::')[0]
    return TOGETHER[0] if file in TOGETHER else file


def is_first(worker):
    """Whether a worker is the one that begins with browsers."""
    return worker == 'gw0'


def is_last(worker, count):
    """Whether a worker begins without a cloud; they are gw0, gw1..."""
    return count > 2 and worker == f'gw{count - 1}'


def _rank(order, file):
    """The place of a file in an order; files of one rank stay as they are.

    What needs no cloud comes at the end unless the order names it.
    """
    for rank, beginning in enumerate(order):
        if file.startswith(beginning):
            return rank
    return len(order) + file.startswith(WITHOUT_CLOUD)
