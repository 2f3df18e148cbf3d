# SPDX-License-Identifier: Apache-2.0
"""How many cron triggers of a project start at one minute of the day."""

from protection_dashboard.api.mistral import client as mistral
from protection_dashboard.common import clock


def at(cloud, moment, but=''):
    """How many start next at the time of day of ``moment``, in UTC.

    Whoever made them; ``but`` is the id of a trigger that does not count.
    Mistral, https://docs.openstack.org/mistral/latest/user/rest_api_v2.html,
    tells of each only when it starts next.
    """
    wanted = _minute(moment)
    return sum(
        trigger.id != but and _minute(start) == wanted
        for trigger in mistral.cron_trigger_list(cloud)
        if (start := clock.utc(trigger.next_execution_time))
    )


def _minute(moment):
    return moment.hour, moment.minute
