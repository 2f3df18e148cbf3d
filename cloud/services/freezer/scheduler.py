# SPDX-License-Identifier: Apache-2.0
"""Freezer's scheduler in the foreground, as the cloud's central one.

Imported in the scheduler's own process only.
"""

import os

from freezer.scheduler import freezer_scheduler
from freezer.scheduler import utils


def serve(on_registered):
    """Poll the API for ever; on_registered() is called before the first poll.

    Ends at once on SIGTERM: Python would wait for the threads that wait for
    an agent.
    """

    class Central(freezer_scheduler.FreezerScheduler):
        def start(self):
            # upstream goes on without registration, and gets no job
            if utils.do_register(self.client):
                os._exit(1)
            on_registered()
            super().start()

    freezer_scheduler.FreezerScheduler = Central
    try:
        freezer_scheduler.main()
    finally:
        os._exit(0)
