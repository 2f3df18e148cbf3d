# SPDX-License-Identifier: Apache-2.0
"""Which worker of pytest-xdist runs which file of tests, and when.

A worker starts its cloud at its first test that needs one, and waits for it
often. So workers begin with what takes longest; of three or more workers the
last has no cloud, and works when the others leave it the processor.
"""

from xdist.scheduler import LoadFileScheduling

WITHOUT_CLOUD = 'tests/unit/'
#: folders of which a single file takes long, the longest first
LONG = ('tests/browser/', 'tests/third_party/', 'tests/services/')


class CloudAwareScheduling(LoadFileScheduling):
    def _assign_work_unit(self, node):
        best = self._best(node)
        if best is None:
            node.shutdown()
            return
        self.workqueue.move_to_end(best, last=False)
        super()._assign_work_unit(node)

    def _best(self, node):
        """The file that this worker takes next, None when none is left."""
        files = self.workqueue
        if is_last(node.gateway.id, self.numnodes):
            files = [one for one in files if one.startswith(WITHOUT_CLOUD)]
        return min(files, key=_rank, default=None)


def is_last(worker, count):
    """Whether a worker is the one without a cloud; they are gw0, gw1..."""
    return count > 2 and worker == f'gw{count - 1}'


def _rank(file):
    """Files of the same rank stay in the order they have."""
    for rank, folder in enumerate(LONG):
        if file.startswith(folder):
            return rank
    return len(LONG) + file.startswith(WITHOUT_CLOUD)
