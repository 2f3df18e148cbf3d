# SPDX-License-Identifier: Apache-2.0
"""Which worker of pytest-xdist runs which file of tests, and when.

A worker starts its cloud at its first test that needs one, and waits for it
often. So workers with a cloud begin with what takes longest, and of three or
more workers the last has no cloud: it runs the tests that need none, on the
processor's time that the others leave.
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
        """The file that this worker takes next, None when none is for it."""
        files = list(self.workqueue)
        if self._has_cloud(node):
            return min(files, key=_rank)
        return next((f for f in files if f.startswith(WITHOUT_CLOUD)), None)

    def _has_cloud(self, node):
        """The worker's number is in its name: gw0, gw1..."""
        number = int(node.gateway.id.removeprefix('gw'))
        return self.numnodes < 3 or number != self.numnodes - 1


def _rank(file):
    """Files of the same rank stay in the order they have."""
    for rank, folder in enumerate(LONG):
        if file.startswith(folder):
            return rank
    return len(LONG) + file.startswith(WITHOUT_CLOUD)
