# SPDX-License-Identifier: Apache-2.0
"""Calls to different services at the same time.

Not Horizon's own helper: leaving a pool of futurist costs a whole second.
"""

from concurrent import futures

# It imports eventlet, and a thread that is the first to do so never ends:
# the threads below must find it imported.
import troveclient.client  # noqa: F401

from protection_dashboard import exceptions


def gather(calls, fallbacks=None):
    """Make calls without arguments side by side.

    ``calls`` is ``{name: function}``. Returns ``({name: value}, errors)``:
    a call that has a fallback and fails gives the fallback and its
    ProtectionError; the failure of any other call is raised.
    """
    fallbacks = fallbacks or {}
    errors = []
    with futures.ThreadPoolExecutor(max(1, len(calls))) as pool:
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
