# SPDX-License-Identifier: Apache-2.0
"""Whether the Keystone trusts are valid under which schedules run.

Mistral reports nothing when a trust is void: the schedule just never runs. A
trust ends with its owner, with the project, and with any of its owner's
roles; only the loss of all of them can be seen from outside.

Whom a trigger names as its owner was written by somebody of the project. So
it is only believed as far as Keystone knows of trusts: it can make a line
shorter, and no warning.
"""

import collections
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
import dataclasses
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
_GONE = TranslatableText(_("somebody whom Keystone does not know"))
#: ``(user name, project id)``; the name is '' where Keystone knows none
Owner = tuple[str, str]


@dataclasses.dataclass(frozen=True)
class TrustFacts:
    """What Mistral and Keystone tell of triggers, users and trusts.

    ``triggers`` are all cron triggers, not only ours; ``trusts`` those
    without an end. ``users`` and ``projects`` are Keystone's JSON.
    """

    triggers: Sequence[CronTrigger]
    trusts: Sequence[keystone.Trust]
    users: Sequence[Mapping[str, Any]]
    projects: Sequence[Mapping[str, Any]]
    roles: Iterable[keystone.ProjectRole]

    @property
    def own_triggers(self) -> list[CronTrigger]:
        """Those of our schedules."""
        prefix = cron_triggers.PREFIX
        return [one for one in self.triggers if one.name.startswith(prefix)]

    @property
    def names(self) -> dict[str, str]:
        """``{user id: name}`` as Keystone tells it.

        It may list the users of one domain only, but all roles.
        """
        listed = {user['id']: user['name'] for user in self.users}
        return {one.user_id: one.user_name for one in self.roles} | listed

    def void_owners(self) -> collections.Counter[Owner]:
        """How many schedules cannot start any more, by their owner."""
        void, known = self._void_trusts(), {*self.names.values()}
        named: collections.Counter[Owner] = collections.Counter()
        unnamed: collections.Counter[str] = collections.Counter()
        for trigger in self.own_triggers:
            owner = cron_triggers.armed_by(trigger), trigger.project_id
            if owner[0] not in known:
                unnamed[trigger.project_id] += 1
            elif void[owner] > named[owner]:
                named[owner] += 1
        return named + self._without_trust(unnamed, void)

    def _void_trusts(self) -> collections.Counter[Owner]:
        """How many trusts give no token any more, by their owner."""
        alive = {one['id'] for one in self.projects if one['enabled']}
        granted = {(one.user_id, one.project_id) for one in self.roles}
        disabled = {
            user['id'] for user in self.users if not user.get('enabled', True)
        }
        names = self.names
        return collections.Counter(
            (names.get(one.trustor_id, ''), one.project_id)
            for one in self.trusts
            if one.trustor_id in disabled
            or one.project_id not in alive
            or (one.trustor_id, one.project_id) not in granted
        )

    def _without_trust(
        self,
        unnamed: Mapping[str, int],
        void: Mapping[Owner, int],
    ) -> collections.Counter[Owner]:
        """Of triggers of unknown users those for which no trust is good.

        Keystone deletes trusts with their users. A trigger that names nobody,
        but has its trust, is somebody's.
        """
        triggers = collections.Counter(one.project_id for one in self.triggers)
        trusts = collections.Counter(one.project_id for one in self.trusts)
        return +collections.Counter(
            {
                ('', project_id): min(
                    count,
                    max(0, triggers[project_id] - trusts[project_id])
                    + void['', project_id],
                )
                for project_id, count in unnamed.items()
            }
        )


def count_void_trusts(
    cloud: Cloud,
) -> tuple[collections.Counter[Owner], int, dict[str, str]] | None:
    """The triggers that cannot start anything any more, by who armed them.

    Returns how many there are of each Owner, the number of all triggers of
    ours, and the names of projects by id; None where Keystone does not tell
    of all trusts.
    """
    found, _errors = concurrency.gather(
        {
            'triggers': lambda: all_projects.cron_trigger_list(
                cloud, MAX_TRIGGERS
            ),
            'trusts': lambda: keystone.lasting_trusts(cloud),
            'users': lambda: keystone.user_list(cloud),
            'projects': lambda: keystone.project_list(cloud),
            'roles': lambda: keystone.project_roles(cloud),
        }
    )
    if found['trusts'] is None:
        return None
    facts = TrustFacts(**found)
    names = {one['id']: one['name'] for one in facts.projects}
    return facts.void_owners(), len(facts.own_triggers), names


def check_trusts(cloud: Cloud) -> list[Check]:
    """Check that whoever armed a schedule still has a role in its project."""
    counted = count_void_trusts(cloud)
    if counted is None:
        return [Check(NAME, WARNING, UNKNOWN)]
    void, total, names = counted
    if not void:
        message = TranslatableText(
            _("Schedules whose owner still has a role: %(count)d."),
            {'count': total},
        )
        return [Check(NAME, OK, message)]
    return [_void_check(void, total, names)]


UNKNOWN = TranslatableText(
    _("Unknown: Keystone does not list all trusts ([DEFAULT] list_limit).")
)


def _void_check(
    counted: collections.Counter[Owner],
    total: int,
    names: Mapping[str, str],
) -> Check:
    message = TranslatableText(
        _(
            "Schedules that will never run: %(count)d of %(all)d. Their "
            "owners are disabled or have no role any more: %(who)s."
        ),
        {
            'count': sum(counted.values()),
            'all': total,
            'who': owners_text(counted, names),
        },
    )
    advice = TranslatableText(
        _(
            "Let somebody with a role in the project choose Re-arm on the "
            "schedule."
        )
    )
    return Check(NAME, WARNING, message, advice)


def owners_text(
    counted: collections.Counter[Owner], names: Mapping[str, str]
) -> TranslatableText:
    """The first five of some owners, each with how many there are."""
    who = [*_owner_texts(counted, names)]
    return enumeration([*who, *['…'][: len(counted) - len(who)]])


def _owner_texts(
    counted: collections.Counter[Owner], names: Mapping[str, str]
) -> Iterator[TranslatableText]:
    for (person, project), count in counted.most_common(_NAMED):
        facts = {
            'person': person or _GONE,
            'project': names.get(project, project),
            'count': count,
        }
        yield TranslatableText(_WHO, facts)


CHECKS: tuple[NamedCheck, ...] = (((NAME,), check_trusts),)
