# SPDX-License-Identifier: Apache-2.0
"""A collection of a service's REST API, as one user sees it.

The clients of some projects take seconds to import; what an operator and the
sample tenants ask for is a few plain requests.
"""

import time

from keystoneauth1 import adapter

_READY = ('available', 'in-use', 'active', 'healthy')
_FAILED = ('error', 'failed')


class Collection:
    """E.g. the shares of Manila: ``Collection(api, 'shares')``.

    listing is the path of its list where it is not the collection's own.
    """

    def __init__(self, api, name, *, listing=None):
        self.api = api
        self.name = name
        self.listing = listing or name

    def list(self):
        """Return the first page of rows (dictionaries)."""
        return self.api.get(f'/{self.listing}').json()[self.name]

    def named(self):
        """Return {name: row} of the first page."""
        return {row['name']: row for row in self.list()}

    def create(self, body):
        """Ask for a new row; body: its fields. Return the row."""
        kind = self.name.removesuffix('s')
        return self.api.post(f'/{self.name}', json={kind: body}).json()[kind]

    def ensure(self, *bodies):
        """Ask for what is missing by name; it need not be there yet."""
        have = self.named()
        for body in bodies:
            if body['name'] not in have:
                self.create(body)

    def settle(self, *names, limit=60):
        """Wait until all these are ready; return {name: row}.

        A row that failed, or that is not there after limit seconds, is a
        RuntimeError.
        """
        end = time.monotonic() + limit
        while pending := self._pending(have := self.named(), names):
            if time.monotonic() > end:
                raise RuntimeError(f'{self.name} not ready: {pending}')
            time.sleep(0.1)
        return have

    def _pending(self, have, names):
        states = {n: have[n]['status'].lower() for n in names if n in have}
        if failed := [n for n, state in states.items() if state in _FAILED]:
            raise RuntimeError(f'{self.name} in state error: {failed}')
        return [n for n in names if states.get(n) not in _READY]


def open_api(session, service_type, *, microversion=None):
    """Return a keystoneauth adapter that knows the service's address."""
    return adapter.Adapter(
        session,
        service_type=service_type,
        interface='public',
        default_microversion=microversion,
    )
