# SPDX-License-Identifier: Apache-2.0
"""memcached: what Keystone and the checks of tokens remember."""

import getpass

from cloud import settings
from cloud.services.infrastructure import base

_SERVER = '/usr/bin/memcached'


class Memcached(base.Infrastructure):
    name = 'memcached'
    port = 11211
    prepared = True  # keeps nothing
    programs = {_SERVER: 'memcached'}
    greeting = b'version\r\n'
    welcome = b'VERSION '

    def serve(self) -> None:
        base.become(
            [
                _SERVER,
                *('-u', getpass.getuser()),
                *('-l', settings.HOST),
                *('-p', self.port),
                *('-U', 0),  # no UDP
                *('-m', 32),  # MiB
                *('-t', 1),  # threads
            ]
        )
