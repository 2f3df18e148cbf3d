# SPDX-License-Identifier: Apache-2.0
"""Whether the Keystone trusts are valid under which schedules run.

Mistral reports nothing when a trust is void: the schedule just never runs. A
trust ends with its owner, with the project, and with any of its owner's
roles; only the loss of all of them can be seen from outside.
"""

import collections
from collections.abc import Collection
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from typing import Any

from protection_dashboard.api import keystone
from protection_dashboard.api.cloud import Cloud
from protection_dashboard.api.mistral import all_projects
from protection_dashboard.api.mistral.records import CronTrigger
from protection_dashboard.common import concurrency
from protection_dashboard.common.i18n import TranslatableText
from protection_dashboard.common.i18n import enumeration
from protection_dashboard.common.i18n import gettext_noop as _
from protection_dashboard.reports.health.check import OK
from protection_dashboard.reports.health.check import WARNING
from protection_dashboard.reports.health.check import Check
from protection_dashboard.reports.health.check import NamedCheck
from protection_dashboard.schedules import cron_triggers

NAME = TranslatableText(_("Trusts of schedules"))
MAX_TRIGGERS = 5000
_NAMED = 5
_WHO = _("%(person)s in %(project)s (%(count)d)")


def count_void_trusts(
    cloud: Cloud,
) -> tuple[collections.Counter[tuple[str, str]], int, dict[str, str]]:
    """The triggers that cannot start anything any more, by who armed them.

    Returns how many there are of each ``(user name, project id)``, the
    number of all triggers, and the names of projects by id.
    """
    found, _errors = concurrency.gather(
        {
            'triggers': lambda: all_projects.cron_trigger_list(
                cloud, MAX_TRIGGERS, name=f'has:{cron_triggers.PREFIX}'
            ),
            'projects': lambda: keystone.project_list(cloud),
            'grants': lambda: keystone.project_role_grants(cloud),
            'disabled': lambda: keystone.disabled_user_list(cloud),
        }
    )
    names = {one['id']: one['name'] for one in found['projects']}
    counted = collections.Counter(_void_trusts(**found))
    return counted, len(found['triggers']), names


def check_trusts(cloud: Cloud) -> list[Check]:
    """Check that whoever armed a schedule still has a role in its project."""
    counted, total, names = count_void_trusts(cloud)
    if not counted:
        message = TranslatableText(
            _("Schedules whose owner still has a role: %(count)d."),
            {'count': total},
        )
        return [Check(NAME, OK, message)]
    return [_void_check(counted, total, names)]


def _void_trusts(
    triggers: Iterable[CronTrigger],
    projects: Collection[Mapping[str, Any]],
    grants: Collection[tuple[str, str]],
    disabled: Iterable[Mapping[str, Any]],
) -> Iterator[tuple[str, str]]:
    """``(user name, project id)`` of each trigger whose trust is void."""
    alive = {one['id'] for one in projects if one['enabled']}
    gone = {user['name'] for user in disabled}
    for trigger in triggers:
        person = cron_triggers.trigger_environment(trigger).get('armed_by', '')
        owner = (person, trigger.project_id)
        if person and (
            owner not in grants
            or person in gone
            or trigger.project_id not in alive
        ):
            yield owner


def _void_check(
    counted: collections.Counter[tuple[str, str]],
    total: int,
    names: Mapping[str, str],
) -> Check:
    who = [
        TranslatableText(
            _WHO,
            {
                'person': person,
                'project': names.get(project, project),
                'count': count,
            },
        )
        for (person, project), count in counted.most_common(_NAMED)
    ]
    message = TranslatableText(
        _(
            "Schedules that will never run: %(count)d of %(all)d. Their "
            "owners are disabled or have no role any more: %(who)s."
        ),
        {
            'count': sum(counted.values()),
            'all': total,
            'who': enumeration([*who, *['…'][: len(counted) - len(who)]]),
        },
    )
    advice = TranslatableText(
        _(
            "Let somebody with a role in the project choose Re-arm on the "
            "schedule."
        )
    )
    return Check(NAME, WARNING, message, advice)


CHECKS: tuple[NamedCheck, ...] = (((NAME,), check_trusts),)
