# SPDX-License-Identifier: Apache-2.0
"""Nova's three databases: its API's, and the cells'.

cell1 has the servers, cell0 those that no host wanted.
Imported in Nova's own process only, after its monkey_patch.
"""

from nova import config
from nova import context
from nova import objects
import nova.conf
from nova.db import migration

CONF = nova.conf.CONF
_CELL1 = '11111111-1111-4111-8111-111111111111'
# by parts of [database]connection: a copy of the databases may lie elsewhere
_ADDRESS = '{{scheme}}:////{{path}}{suffix}?{{query}}'


def create(path):
    """Create the databases that the configuration file at path names."""
    config.parse_args(['nova-manage', '--config-file', path])
    objects.register_all()
    migration.db_sync(database='api')
    cells = {
        'cell0': (objects.CellMapping.CELL0_UUID, '.cell0', 'none:///'),
        'cell1': (_CELL1, '', CONF.transport_url),
    }
    for name, (uuid, suffix, transport_url) in cells.items():
        _create_cell(
            uuid=uuid,
            name=name,
            database_connection=_ADDRESS.format(suffix=suffix),
            transport_url=transport_url,
        )


def _create_cell(**fields):
    cloud = context.get_admin_context()
    mapping = objects.CellMapping(cloud, **fields)
    mapping.create()
    with context.target_cell(cloud, mapping) as cell:
        migration.db_sync(context=cell)
