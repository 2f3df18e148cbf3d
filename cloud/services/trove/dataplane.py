# SPDX-License-Identifier: Apache-2.0
"""What stands under Trove in this cloud: servers, volumes, guests, objects.

Trove's API, task manager and conductor are real; they reach Nova, Cinder,
Neutron, Glance and Swift through stand-ins that its own remote_*_client
options name. Their records live in one JSON file and survive a restart.

Faults, by the name of an instance or a backup, as Trove has no metadata:
``NAME fault_boot=fail``, ``NAME fault_create_backup=20`` (seconds). Swift
refuses everything while the file ``trove/swift-down`` exists.
"""

import functools
import json
import re
import types

from oslo_config import cfg

from cloud import settings

FOLDER = settings.STATE / 'trove'
SWIFT_DOWN = FOLDER / 'swift-down'
OBJECTS = FOLDER / 'objects'
_RECORDS = FOLDER / 'dataplane.json'

OPTIONS = [
    cfg.FloatOpt('boot', default=1, help="Seconds until a server is up."),
    cfg.FloatOpt('backup', default=2, help="Seconds that a backup takes."),
    cfg.FloatOpt('restore', default=1, help="Seconds that a restore takes."),
]
cfg.CONF.register_opts(OPTIONS, group='stand_in_seconds')
seconds = cfg.CONF.stand_in_seconds


class Row(types.SimpleNamespace):
    """A row as the client libraries hand it out: fields are attributes."""


class DataPlane:
    """The records of all stand-ins: {id: {field: value}} of each kind.

    Of a port only the network is kept: {id: network id}.
    """

    def __init__(self):
        self.servers = {}
        self.volumes = {}
        self.guests = {}
        self.ports = {}
        if _RECORDS.exists():
            vars(self).update(json.loads(_RECORDS.read_text()))

    def save(self):
        """Write the file in one step: a reader sees the old or the new."""
        new = _RECORDS.with_suffix('.new')
        new.write_text(json.dumps(vars(self), indent=1))
        new.replace(_RECORDS)


@functools.cache
def dataplane():
    """Return the one DataPlane of this process."""
    return DataPlane()


def faults_in(name):
    """Return the faults that a name asks for, as faults.py takes them."""
    return dict(re.findall(r'(fault_\w+)=(\w+)', name or ''))
