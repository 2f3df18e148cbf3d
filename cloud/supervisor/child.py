# SPDX-License-Identifier: Apache-2.0
"""The process of one service.

Its command is ``python -m cloud.supervisor.child MODULE CLASS STEP PARENT``,
such as ``... cloud.services.cinder.service Cinder serve 4711``: PARENT is the
id of the supervisor's process. Other steps: prepare, fill.
"""

import importlib
import os
import sys
import warnings

from cloud.services import catalog
from cloud.supervisor import process
from cloud.supervisor import template


def main(module, name, step, parent):
    process.die_with_parent(int(parent))
    process.look_for_garbage_rarely()
    warnings.simplefilter('ignore')
    os.umask(0o077)
    service = getattr(importlib.import_module(module), name)()
    service.services = [kind() for kind in catalog.SERVICES]
    _STEPS[step](service)
    process.end_at_once()


def _prepare(service):
    service.empty_database()
    template.prepare(service)
    service.mark_prepared()


def _serve(service):
    service.configure()
    service.serve()


def _fill(service):
    from cloud import users as cloud_users

    service.seed(cloud_users.open_session('admin'))
    service.sample(cloud_users.open_session)
    service.mark_filled()


_STEPS = {'prepare': _prepare, 'serve': _serve, 'fill': _fill}


if __name__ == '__main__':
    main(*sys.argv[1:])
