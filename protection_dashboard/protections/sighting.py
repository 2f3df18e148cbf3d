# SPDX-License-Identifier: Apache-2.0
"""A recovery point as far as one looks for the newest good ones.

Of a thousand points most are only passed by: what makes one of what the
service told costs several times as much.
"""

import typing


class Sight(typing.NamedTuple):
    """``state`` is that of the point; ``make()`` gives the RecoveryPoint."""

    resource_type: str
    resource_id: str
    state: str
    make: typing.Callable


def of(point):
    """The Sight of a RecoveryPoint that is made already."""
    return Sight(
        point.resource_type, point.resource_id, point.state, lambda: point
    )
