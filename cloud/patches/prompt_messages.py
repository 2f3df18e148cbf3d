# SPDX-License-Identifier: Apache-2.0
"""Let oslo.messaging's in-memory driver deliver messages when they come.

Its listeners look into their queues every 50 ms: a message lies there for
half of that at each hop, and five idle services burn a twentieth of a
processor. Here they wait until something was sent. Call install() before the
service listens; with eventlet, after its patches.
"""

import threading
import time

_IDLE = 5.0  # seconds after which a listener looks by itself


def install():
    """Patch oslo.messaging (17 or newer) in this process."""
    from oslo_messaging._drivers import base
    from oslo_messaging._drivers import impl_fake

    news = threading.Condition()
    _tell_after(impl_fake.FakeExchange, 'deliver_message', news)
    _tell_after(impl_fake.FakeListener, 'stop', news)

    @base.batch_poll_helper
    def poll(self, timeout=None):
        end = None if timeout is None else time.monotonic() + timeout
        with news:
            while not self._stopped.is_set():
                message = _next(self)
                left = _IDLE if end is None else end - time.monotonic()
                if message or left <= 0:
                    return message
                news.wait(min(left, _IDLE))
        return None

    def _next(listener):
        for target in listener._targets:
            exchange = listener._exchange_manager.get_exchange(target.exchange)
            found = exchange.poll(target, listener._pool)
            if found[1] is not None:
                return impl_fake.FakeIncomingMessage(*found)
        return None

    impl_fake.FakeListener.poll = poll


def _tell_after(cls, name, news):
    """Wake all listeners after each call of a method."""
    method = getattr(cls, name)

    def told(*args, **options):
        method(*args, **options)
        with news:
            news.notify_all()

    setattr(cls, name, told)
