# SPDX-License-Identifier: Apache-2.0
"""Workers of pytest-xdist have a cloud each; the first has the usual one.

Read before anything asks ``cloud.settings`` where the cloud lives.
"""

import os
from pathlib import Path

_PORTS = 100  # between the clouds of two workers
# taken out: a process that a test starts belongs to the same cloud
_number = int(os.environ.pop('PYTEST_XDIST_WORKER', 'gw0').removeprefix('gw'))

if _number:
    usual = Path(__file__).parent / '.cloud'
    state = os.environ.get('CLOUD_STATE') or usual
    offset = int(os.environ.get('CLOUD_PORT_OFFSET') or 0)
    os.environ['CLOUD_STATE'] = f'{state}-{_number}'
    os.environ['CLOUD_PORT_OFFSET'] = str(offset + _number * _PORTS)
    os.environ.pop('DEMO_PORT', None)
