# SPDX-License-Identifier: Apache-2.0
"""Horizon's WSGI application under gunicorn: workers and threads.

Imported in Horizon's own process only.
"""

from gunicorn.app.base import BaseApplication
from werkzeug.middleware.shared_data import SharedDataMiddleware

from cloud.supervisor import process

STATIC_AGE = 3600  # seconds that a browser may keep a static file


class Server(BaseApplication):
    """gunicorn with our options and no command line."""

    def __init__(self, address, static):
        self._address = address
        self._static = static
        super().__init__()

    def load_config(self):
        options = {
            'bind': self._address,
            'workers': 2,
            'threads': 4,
            'worker_class': 'gthread',
            'preload_app': True,
            'timeout': 120,
            'graceful_timeout': 2,
            'control_socket_disable': True,
            'post_fork': _bind_to_parent,
        }
        for name, value in options.items():
            self.cfg.set(name, value)

    def load(self):
        """Return Horizon, with its static files in front of it."""
        from openstack_dashboard.wsgi import application

        _read_policies()
        _read_addresses()
        # now that all is there that stays
        process.look_for_garbage_rarely()
        return SharedDataMiddleware(
            application,
            {'/static': str(self._static)},
            cache_timeout=STATIC_AGE,
        )


def _read_policies():
    """Once here, not at the first page of each worker."""
    from openstack_auth import policy

    policy._get_enforcer()


def _read_addresses():
    """All panels are imported for them: once here, too."""
    from django import urls

    urls.get_resolver()._populate()


def _bind_to_parent(server, worker):
    process.die_with_parent(worker.ppid)


def serve(address, static):
    """Serve on address ('127.0.0.1:8000') for ever."""
    Server(address, static).run()
