# SPDX-License-Identifier: Apache-2.0
"""How many cron triggers of a project start at one minute of the day."""

import datetime

from protection_dashboard.api.cloud import Cloud
from protection_dashboard.api.mistral import client as mistral
from protection_dashboard.common import clock


def triggers_starting_at(
    cloud: Cloud, moment: datetime.datetime, but: str = ''
) -> int:
    """How many start next at the time of day of ``moment`` (aware, in UTC).

    Whoever made them; ``but`` is the id of a trigger that does not count.
    Of each trigger Mistral tells only when it starts next
    (https://docs.openstack.org/mistral/latest/user/rest_api_v2.html).
    """
    minute = _minute(moment)
    return sum(
        trigger.id != but and _minute(start) == minute
        for trigger in mistral.cron_trigger_list(cloud)
        if (start := clock.parse_utc(trigger.next_execution_time))
    )


def _minute(moment: datetime.datetime) -> tuple[int, int]:
    return moment.hour, moment.minute
