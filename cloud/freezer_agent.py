# SPDX-License-Identifier: Apache-2.0
"""Freezer's agent, which the scheduler starts for each action of a job.

It must not outlive the scheduler, which does not end its agents.
"""

import sys

from freezer import main

from cloud import process

if __name__ == '__main__':
    process.die_with_parent()
    sys.exit(main.main())
