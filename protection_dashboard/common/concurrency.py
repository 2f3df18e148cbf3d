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
from typing import overload

# This imports eventlet. A thread that is the first to import eventlet never
# ends, so it has to be imported before the threads below start.
import troveclient.client  # noqa: F401

from protection_dashboard import exceptions

#: the most calls that one ``gather`` makes at the same time
MAX_CALLS = 20
#: how many items one ``each`` handles at the same time by default
DEFAULT_THREADS = 8

Key = TypeVar('Key')
Item = TypeVar('Item')
Value = TypeVar('Value')
Other = TypeVar('Other')


def gather(
    calls: Mapping[Key, Callable[[], Any]],
    fallbacks: Mapping[Key, Any] | None = None,
) -> tuple[dict[Key, Any], list[exceptions.ProtectionError]]:
    """Make calls without arguments concurrently, at most ``MAX_CALLS``.

    ``calls`` is ``{name: function}``. Returns ``({name: value}, errors)``.
    When a call that has a fallback fails with a ProtectionError, its value
    is the fallback and the error is in the list; any other error is raised.
    The threads know neither the language nor the time zone of a request.
    """
    fallbacks = fallbacks or {}
    errors = []
    with futures.ThreadPoolExecutor(MAX_CALLS) as pool:
        pending = {name: pool.submit(call) for name, call in calls.items()}
    values = {}
    for name, future in pending.items():
        error = future.exception()
        if name in fallbacks and isinstance(error, exceptions.ProtectionError):
            values[name] = fallbacks[name]
            errors.append(error)
        else:
            values[name] = future.result()
    return values, errors


def map_concurrently(
    function: Callable[[Item], Value],
    items: Iterable[Item],
    at_once: int = DEFAULT_THREADS,
) -> list[Value]:
    """``[function(item)]`` in the order of the items, called concurrently.

    ``at_once`` is the number of threads. The first error in this order is
    raised, and calls that have not begun are not made.
    """
    with futures.ThreadPoolExecutor(at_once) as pool:
        return list(pool.map(function, items))


@contextlib.contextmanager
def in_background(
    call: Callable[[], Value],
) -> Iterator[futures.Future[Value]]:
    """Make a call in another thread while the body of the ``with`` runs.

    Yields the call's Future. It is done when the ``with`` statement ends.
    """
    with futures.ThreadPoolExecutor(1) as pool:
        yield pool.submit(call)


@overload
def value_or_error(
    call: Callable[[], Value], otherwise: None = None
) -> Value | exceptions.ProtectionError: ...


@overload
def value_or_error(
    call: Callable[[], Value],
    otherwise: Callable[[exceptions.ProtectionError], Other],
) -> Value | Other: ...


def value_or_error(
    call: Callable[[], Value],
    otherwise: Callable[[exceptions.ProtectionError], Other] | None = None,
) -> Value | Other | exceptions.ProtectionError:
    """What a call returns, or the ProtectionError that it raises.

    With ``otherwise``, ``otherwise(error)`` is returned in place of the
    error. NotAuthorized is raised, as no other call would work either.
    """
    try:
        return call()
    except exceptions.NotAuthorized:
        raise
    except exceptions.ProtectionError as error:
        return otherwise(error) if otherwise else error
