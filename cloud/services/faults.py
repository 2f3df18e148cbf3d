# SPDX-License-Identifier: Apache-2.0
"""Faults that tests inject into the stand-in drivers by metadata.

``fault_<operation>`` on a volume, snapshot or share: ``fail``, ``busy`` or a
number of seconds that the operation takes longer, e.g.
``{'fault_create_snapshot': 'fail'}``.
"""

import time

FAIL = 'fail'
BUSY = 'busy'


def wanted(operation, *metadata):
    """Return FAIL, BUSY or None, after the delay where one is asked for.

    metadata: dictionaries (or None), the first that names a fault wins.
    """
    key = f'fault_{operation}'
    fault = next((m[key] for m in metadata if m and key in m), None)
    if fault in (FAIL, BUSY, None):
        return fault
    time.sleep(float(fault))
    return None
