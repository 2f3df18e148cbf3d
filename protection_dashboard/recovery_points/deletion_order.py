# SPDX-License-Identifier: Apache-2.0
"""The order in which points go: increments before what they build on."""


def groups(found, key):
    """Lists of dicts, each after all of the points that go before it.

    ``after`` of a dict are the points that go before its own, ``key`` names
    what tells its own.
    """
    while found:
        left = {one.get(key) for one in found}
        ready = [one for one in found if left.isdisjoint(one.get('after', ()))]
        # never empty, unless a service tells of a circle
        ready = ready or found
        yield ready
        found = [one for one in found if one not in ready]
