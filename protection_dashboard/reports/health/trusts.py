# SPDX-License-Identifier: Apache-2.0
"""Whether those under whose trust schedules run may still do so.

Mistral says nothing when a trust is void: the schedule just never runs. A
trust dies with its owner, with the project, and with any of its owner's
roles; only the loss of all of them can be told from outside.
"""

import collections

from protection_dashboard.api import keystone
from protection_dashboard.api.mistral import all_projects
from protection_dashboard.common import concurrency
from protection_dashboard.common.i18n import Words
from protection_dashboard.common.i18n import enumeration
from protection_dashboard.common.i18n import gettext_noop as _
from protection_dashboard.reports.health.check import OK
from protection_dashboard.reports.health.check import WARNING
from protection_dashboard.reports.health.check import Check
from protection_dashboard.schedules import cron_triggers

NAME = Words(_("Trusts of schedules"))
MOST = 5000
_NAMED = 5
_WHO = _("%(person)s in %(project)s (%(count)d)")


def void(cloud):
    """``(Counter of (person, project id), triggers, project names)``.

    Of triggers that cannot start anything any more, by who armed them.
    """
    found, _errors = concurrency.gather(
        {
            'triggers': lambda: all_projects.cron_trigger_walk(
                cloud, MOST, name=f'has:{cron_triggers.PREFIX}'
            ),
            'projects': lambda: keystone.project_list(cloud),
            'grants': lambda: keystone.grants(cloud),
            'disabled': lambda: keystone.disabled_user_list(cloud),
        }
    )
    names = {one['id']: one['name'] for one in found['projects']}
    counted = collections.Counter(_void(**found))
    return counted, len(found['triggers']), names


def trusts(cloud):
    """Whoever armed a schedule still has a role in its project."""
    counted, total, names = void(cloud)
    if not counted:
        told = Words(
            _("Schedules whose owner still has a role: %(count)d."),
            {'count': total},
        )
        return [Check(NAME, OK, told)]
    return [_voided(counted, total, names)]


def _void(triggers, projects, grants, disabled):
    """``(person, project id)`` of each trigger that cannot start anything."""
    alive = {one['id'] for one in projects if one['enabled']}
    gone = {user['name'] for user in disabled}
    for trigger in triggers:
        person = cron_triggers.environment(trigger).get('armed_by')
        owner = (person, trigger.project_id)
        if person and (
            owner not in grants
            or person in gone
            or trigger.project_id not in alive
        ):
            yield owner


def _voided(counted, total, names):
    who = [
        Words(
            _WHO,
            {
                'person': person,
                'project': names.get(project, project),
                'count': count,
            },
        )
        for (person, project), count in counted.most_common(_NAMED)
    ]
    told = Words(
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
    todo = Words(
        _(
            "Let somebody with a role in the project choose Re-arm on the "
            "schedule."
        )
    )
    return Check(NAME, WARNING, told, todo)


CHECKS = (((NAME,), trusts),)
