# SPDX-License-Identifier: Apache-2.0
"""How a forecast is said: what is needed, and what is left."""

from protection_dashboard.common.i18n import Words
from protection_dashboard.common.i18n import gettext_noop as _


def needed(wanted, room, *, briefly):
    """``Words`` of a Need in a Capacity's terms.

    ``briefly`` if it has room but for the one point more of a run.
    """
    count = wanted.resources * (wanted.most or 1)
    size = sum(wanted.sizes) * (wanted.most or 1)
    amount = _amount(count, size, room)
    if wanted.most is None:
        return Words(
            _("%(amount)s more with each run, without end"), {'amount': amount}
        )
    words = Words(_("at most %(amount)s"), {'amount': amount})
    if any(wanted.have):
        message = _("%(words)s (today: %(count)s)")
        words = Words(message, {'words': words, 'count': sum(wanted.have)})
    if briefly:
        message = _("%(words)s, and one more of each while a run lasts")
        words = Words(message, {'words': words})
    return words


def _amount(count, size, room):
    one, more = room.counted
    points = Words(one) if count == 1 else Words(more, {'count': count})
    if not size or room.gib_used is None:
        return points
    message = _("%(points)s and %(size)s GiB")
    return Words(message, {'points': points, 'size': size})


def left(capacity):
    """``Words`` of what a Capacity leaves; of None too."""
    if capacity is None:
        return Words(_("its service tells no limit"))
    points, size = capacity.left, capacity.gib_left
    values = {'points': points, 'size': size}
    if points is None and size is None:
        return Words(_("its service sets no limit"))
    if points is None:
        return Words(_("you have %(size)s GiB left"), values)
    if size is None:
        return Words(_("you have %(points)s left"), values)
    return Words(_("you have %(points)s and %(size)s left"), values)
