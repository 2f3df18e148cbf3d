# SPDX-License-Identifier: Apache-2.0
"""How the services whose API is a WSGI application are served."""

import waitress

from cloud import settings
from cloud.patches import policies


def serve(application, port, name=None):
    """Serve for ever; ``name`` goes into the Server header.

    Clients leave their connections open. At waitress's usual limit of 100 it
    takes no more until some have been idle for two minutes.
    """
    policies.install()
    waitress.serve(
        application,
        host=settings.HOST,
        port=port,
        threads=8,
        ident=name,
        connection_limit=2000,
        asyncore_use_poll=True,
        channel_timeout=30,
        cleanup_interval=10,
    )
