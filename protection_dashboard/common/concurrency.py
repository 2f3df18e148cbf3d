# SPDX-License-Identifier: Apache-2.0
"""Calls to different services at the same time.

Not Horizon's own helper: leaving a pool of futurist costs a whole second.
"""

from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from concurrent import futures
import contextlib
from typing import Any
from typing import TypeVar

# It imports eventlet, and a thread that is the first to do so never ends:
# the threads below must find it imported.
import troveclient.client  # noqa: F401

from protection_dashboard import exceptions

#: calls that one ``gather`` makes at the same time, at most
MOST_CALLS = 20
#: things that one ``each`` asks a service about at the same time
AT_ONCE = 8

Key = TypeVar('Key')
Item = TypeVar('Item')
Value = TypeVar('Value')


def gather(
    calls: Mapping[Key, Callable[[], Any]],
    fallbacks: Mapping[Key, Any] | None = None,
) -> tuple[dict[Key, Any], list[exceptions.ProtectionError]]:
    """Make calls without arguments side by side, ``MOST_CALLS`` at most.

    ``calls`` is ``{name: function}``. Returns ``({name: value}, errors)``:
    a call that has a fallback and fails gives the fallback and its
    ProtectionError; the failure of any other call is raised. The threads
    know neither language nor time zone of a request.
    """
    fallbacks = fallbacks or {}
    errors = []
    with futures.ThreadPoolExecutor(MOST_CALLS) as pool:
        under_way = {name: pool.submit(call) for name, call in calls.items()}
    values = {}
    for name, future in under_way.items():
        error = future.exception()
        if name in fallbacks and isinstance(error, exceptions.ProtectionError):
            values[name] = fallbacks[name]
            errors.append(error)
        else:
            values[name] = future.result()
    return values, errors


def each(
    function: Callable[[Item], Value],
    items: Iterable[Item],
    at_once: int = AT_ONCE,
) -> list[Value]:
    """``[function(item)]`` in the order of the items, made side by side.

    The first error in this order is raised, and what has not begun is left.
    """
    with futures.ThreadPoolExecutor(at_once) as pool:
        return list(pool.map(function, items))


@contextlib.contextmanager
def beside(call: Callable[[], Value]) -> Iterator[futures.Future[Value]]:
    """Make a call in another thread while the body of the ``with`` goes on.

    Gives the call's Future, which is done after the body.
    """
    with futures.ThreadPoolExecutor(1) as pool:
        yield pool.submit(call)


def attempt(call, otherwise=None):
    """What a call gives; its ProtectionError, or ``otherwise(error)``.

    NotAuthorized is raised: nothing else would work either.
    """
    try:
        return call()
    except exceptions.NotAuthorized:
        raise
    except exceptions.ProtectionError as error:
        return otherwise(error) if otherwise else error
