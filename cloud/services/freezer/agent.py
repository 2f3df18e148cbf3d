# SPDX-License-Identifier: Apache-2.0
"""Freezer's agent, which the scheduler starts for each action of a job.

It must not outlive the scheduler, which does not end its agents.
"""

import os
import sys

from freezer import main
from keystoneauth1 import session
from keystoneauth1.identity import v3

from cloud.services.freezer import guard
from cloud.supervisor import process


def _project():
    """Id of the project that gave the trust the agent acts under."""
    trustee = v3.Password(
        auth_url=os.environ['OS_AUTH_URL'],
        username=os.environ['OS_USERNAME'],
        password=os.environ['OS_PASSWORD'],
        user_domain_id=os.environ['OS_USER_DOMAIN_ID'],
        trust_id=os.environ['OS_TRUST_ID'],
    )
    return session.Session(auth=trustee).get_project_id()


if __name__ == '__main__':
    process.die_with_parent()
    path = sys.argv[sys.argv.index('--config') + 1]
    guard.check(guard.read(path), _project())
    sys.exit(main.main())
