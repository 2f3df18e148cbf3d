# SPDX-License-Identifier: Apache-2.0
"""Which worker of pytest-xdist runs which file of tests, and when.

A worker starts its cloud at its first test that needs one, and waits for it
often. So workers begin with what takes longest; of three or more workers the
last begins with the tests that need no cloud, and has one later than they.
"""

from xdist.scheduler import LoadFileScheduling

WITHOUT_CLOUD = 'tests/unit/'
#: folders of which a single file takes long, the longest first
LONG = ('tests/browser/', 'tests/third_party/', 'tests/services/')


class Rota(LoadFileScheduling):
    def _assign_work_unit(self, node):
        best = self._best(node)
        if best is None:
            node.shutdown()
            return
        self.workqueue.move_to_end(best, last=False)
        super()._assign_work_unit(node)

    def _best(self, node):
        """The file that this worker takes next, None when none is left."""
        rank = _last_rank if self._is_last(node) else _rank
        return min(self.workqueue, key=rank, default=None)

    def _is_last(self, node):
        """The worker's number is in its name: gw0, gw1..."""
        number = int(node.gateway.id.removeprefix('gw'))
        return self.numnodes > 2 and number == self.numnodes - 1


def _rank(file):
    """Files of the same rank stay in the order they have."""
    for rank, folder in enumerate(LONG):
        if file.startswith(folder):
            return rank
    return len(LONG) + file.startswith(WITHOUT_CLOUD)


def _last_rank(file):
    return -1 if file.startswith(WITHOUT_CLOUD) else _rank(file)
