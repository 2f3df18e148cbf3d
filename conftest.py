# SPDX-License-Identifier: Apache-2.0
"""Workers of pytest-xdist have a cloud each; the first has the usual one.

Read before anything asks ``cloud.settings`` where the cloud lives.
"""

import os
from pathlib import Path
import tempfile

from tests.support.xdist_scheduling import PORTS_APART
from tests.support.xdist_scheduling import CloudAwareScheduling
from tests.support.xdist_scheduling import is_last

# taken out: a process that a test starts belongs to the same cloud
_number = int(os.environ.pop('PYTEST_XDIST_WORKER', 'gw0').removeprefix('gw'))

if _number:
    usual = Path(__file__).parent / '.cloud'
    state = os.environ.get('CLOUD_STATE') or usual
    offset = int(os.environ.get('CLOUD_PORT_OFFSET') or 0)
    os.environ['CLOUD_STATE'] = f'{state}-{_number}'
    os.environ['CLOUD_PORT_OFFSET'] = str(offset + _number * PORTS_APART)
    os.environ.pop('DEMO_PORT', None)


def pytest_configure(config):
    """The workers' clouds share what they prepare; the controller cleans."""
    worker = getattr(config, 'workerinput', None)
    if worker and is_last(worker['workerid'], worker['workercount']):
        os.nice(10)
    if config.getoption('dist', 'no') != 'no':
        folder = tempfile.TemporaryDirectory(prefix='cloud-template-')
        os.environ['CLOUD_TEMPLATE'] = folder.name
        config.add_cleanup(folder.cleanup)


def pytest_xdist_make_scheduler(config, log):
    return CloudAwareScheduling(config, log)
