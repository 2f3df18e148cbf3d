# SPDX-License-Identifier: Apache-2.0
"""Where the cloud lives: folders, addresses, names, the one password."""

import os
import pathlib

ROOT = pathlib.Path(__file__).resolve().parent.parent

# compact: each project in one process, on SQLite and messages in memory.
# processes: Mistral as operators run it, in processes of its own, on MariaDB,
# RabbitMQ and memcached; the other projects on MariaDB where they can be.
COMPACT, PROCESSES = SHAPES = ('compact', 'processes')
SHAPE = os.environ.get('CLOUD_SHAPE') or COMPACT
if SHAPE not in SHAPES:
    raise SystemExit(f'CLOUD_SHAPE is one of {", ".join(SHAPES)}.')
STATES = {COMPACT: '.cloud', PROCESSES: '.cloud-processes'}

# absolute: Nova and others refuse a path from where they happen to run
STATE = pathlib.Path(os.environ.get('CLOUD_STATE') or STATES[SHAPE])
STATE = STATE if STATE.is_absolute() else ROOT / STATE

# A folder for what clouds that start together make once; most need none.
_template = os.environ.get('CLOUD_TEMPLATE')
TEMPLATE = pathlib.Path(_template) if _template else None

HOST = '127.0.0.1'
REGION = 'RegionOne'
PASSWORD = 'secret'

# Added to every port, so that a second cloud fits on the machine.
PORT_OFFSET = int(os.environ.get('CLOUD_PORT_OFFSET') or 0)
KEYSTONE_PORT = 5000 + PORT_OFFSET
MARIADB_PORT = 3306 + PORT_OFFSET
RABBITMQ_PORT = 5672 + PORT_OFFSET
MEMCACHED_PORT = 11211 + PORT_OFFSET
DASHBOARD_PORT = int(os.environ.get('DEMO_PORT') or 8000 + PORT_OFFSET)

AUTH_URL = f'http://{HOST}:{KEYSTONE_PORT}/v3'

# where Mistral sends what plans tell of their runs; tests listen there
CHANNEL_PORT = 8991 + PORT_OFFSET
MAIL_PORT = 8993 + PORT_OFFSET
