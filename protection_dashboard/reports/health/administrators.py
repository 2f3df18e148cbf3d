# SPDX-License-Identifier: Apache-2.0
"""Which schedules may run with the role admin, by what Keystone tells.

Whoever may change the plan of such a schedule acts with that role. The trusts
tell of it: whom a trigger names as its owner was written by somebody of the
project.
"""

import collections
from collections.abc import Collection
from collections.abc import Iterable
from collections.abc import Mapping
from typing import Any

from protection_dashboard import settings
from protection_dashboard.api import keystone
from protection_dashboard.api.cloud import Cloud
from protection_dashboard.api.mistral import all_projects
from protection_dashboard.common import concurrency
from protection_dashboard.common.i18n import TranslatableText
from protection_dashboard.common.i18n import gettext_noop as _
from protection_dashboard.reports.health import trusts
from protection_dashboard.reports.health.check import OK
from protection_dashboard.reports.health.check import WARNING
from protection_dashboard.reports.health.check import Check
from protection_dashboard.reports.health.check import NamedCheck
from protection_dashboard.schedules import cron_triggers

NAME = TranslatableText(_("Schedules of administrators"))
_ROLE = 'admin'
#: the user as whom Mistral usually runs
_TRUSTEE = 'mistral'


def check_administrators(cloud: Cloud) -> list[Check]:
    """Check that no schedule may run with the role admin."""
    found, _errors = concurrency.gather(
        {
            'triggers': lambda: all_projects.cron_trigger_list(
                cloud, trusts.MAX_TRIGGERS, name=f'has:{cron_triggers.PREFIX}'
            ),
            'given': lambda: keystone.lasting_trusts(cloud),
            'trustees': lambda: keystone.user_ids(cloud, _TRUSTEE),
            'projects': lambda: keystone.project_list(cloud),
            'roles': lambda: keystone.project_roles(cloud),
        }
    )
    if found['given'] is None:
        return [Check(NAME, WARNING, trusts.UNKNOWN)]
    projects = {one.project_id for one in found['triggers']}
    counted = trusts_of_administrators(
        found['given'], found['roles'], found['trustees'], projects
    )
    names = {one['id']: one['name'] for one in found['projects']}
    allowed = cloud.role_settings.schedule_more_roles == settings.ALLOW
    return [administrators_check(counted, names, allowed=allowed)]


def trusts_of_administrators(
    given: Iterable[keystone.Trust],
    roles: Iterable[keystone.ProjectRole],
    trustees: Collection[str],
    projects: Collection[str],
) -> collections.Counter[trusts.Owner]:
    """How many trusts of administrators Mistral may use, by their owner.

    Those in ``projects``, which are ids. ``trustees`` are the ids of users
    that may be Mistral's; if there are none, any may be.
    """
    names = {
        (one.user_id, one.project_id): one.user_name
        for one in roles
        if one.role.lower() == _ROLE
    }
    return collections.Counter(
        (names[one.trustor_id, one.project_id], one.project_id)
        for one in given
        if (one.trustor_id, one.project_id) in names
        and one.project_id in projects
        and (not trustees or one.trustee_id in trustees)
    )


def administrators_check(
    counted: collections.Counter[trusts.Owner],
    names: Mapping[str, Any],
    *,
    allowed: bool,
) -> Check:
    """The line for some trusts; ``allowed`` is whether nobody is asked.

    ``names`` are those of projects by id.
    """
    if not counted:
        message = TranslatableText(
            _("None: Mistral has no lasting trust of an administrator.")
        )
        return Check(NAME, OK, message)
    message = TranslatableText(
        _(
            "Trusts of administrators that Mistral's triggers use: "
            "%(count)d, of %(who)s. Whoever may change a plan there acts "
            "with the role admin."
        ),
        {
            'count': sum(counted.values()),
            'who': trusts.owners_text(counted, names),
        },
    )
    if allowed:
        return Check(NAME, OK, message)
    advice = TranslatableText(
        _(
            "Let somebody with the role member choose Re-arm on these "
            "schedules; PROTECTION_SCHEDULE_MORE_ROLES can forbid others."
        )
    )
    return Check(NAME, WARNING, message, advice)


CHECKS: tuple[NamedCheck, ...] = (((NAME,), check_administrators),)
