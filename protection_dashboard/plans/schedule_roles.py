# SPDX-License-Identifier: Apache-2.0
"""With which roles a schedule runs, and whether its person has agreed to it.

Mistral gives a cron trigger a trust with all roles of the token that makes
it, and whoever may change the plan's workflow acts with them. So whoever has
more than the role member has to say that they know it, or may not do it.
"""

from protection_dashboard import exceptions
from protection_dashboard import settings
from protection_dashboard.api.cloud import Cloud
from protection_dashboard.common.i18n import TranslatableText
from protection_dashboard.common.i18n import gettext_noop as _
from protection_dashboard.plans.document import Plan


class RolesNotConfirmed(exceptions.Refused):
    """A schedule would run with roles that its person has not agreed to.

    ``words`` are what a page translates.
    """

    def __init__(self, words: TranslatableText) -> None:
        super().__init__(str(words))
        self.words = words


#: what whoever may change a plan has anyway
_USUAL = frozenset({'reader', 'member'})
_SENTENCE = _(
    "This schedule runs with all your roles, %(roles)s among them; whoever "
    "may change this plan acts with them."
)
_NOT_CONFIRMED = _(
    "The schedule would run with all your roles, %(roles)s among them: "
    "confirm it, or let somebody with the role member alone do it."
)
_FORBIDDEN = _(
    "The schedule would run with all your roles, %(roles)s among them, which "
    "the operator does not allow: let somebody with the role member alone do "
    "it."
)
_FOREIGN = _(
    "Its workflow was changed outside of Horizon, or by a newer version of "
    "Horizon, and would run with all your roles, %(roles)s among them. Edit "
    "Plan and Save write it anew."
)


def more_roles(cloud: Cloud) -> list[str]:
    """The roles of the user beyond those that a schedule may have, sorted."""
    known = {name.lower() for name in cloud.role_settings.schedule_roles}
    return sorted(
        name
        for name in cloud.roles
        if name.lower() not in known and name.lower() not in _USUAL
    )


def must_confirm(cloud: Cloud) -> bool:
    """Whether the user has to confirm the :func:`sentence` to arm one."""
    asks = cloud.role_settings.schedule_more_roles == settings.ASK
    return asks and bool(more_roles(cloud))


def sentence(cloud: Cloud) -> TranslatableText:
    """What it means that the user arms a schedule."""
    return _words(_SENTENCE, cloud)


def check_roles(cloud: Cloud, *, confirmed: bool) -> None:
    """Raise unless the user may arm a schedule with the roles they have.

    ``confirmed`` is whether they have confirmed the :func:`sentence`.
    RolesNotConfirmed where that is missing, Refused where the operator does
    not allow it.
    """
    rule = cloud.role_settings.schedule_more_roles
    if rule == settings.ALLOW or not more_roles(cloud):
        return
    if rule == settings.FORBID:
        raise exceptions.Refused(str(_words(_FORBIDDEN, cloud)))
    if not confirmed:
        raise RolesNotConfirmed(_words(_NOT_CONFIRMED, cloud))


def check_workflow(cloud: Cloud, plan: Plan) -> None:
    """Raise Refused if the plan's workflow may misuse roles of the user.

    What somebody has written past Horizon would be run with all of them,
    whether a schedule or a person starts it.
    """
    rule = cloud.role_settings.schedule_more_roles
    if plan.is_foreign and rule != settings.ALLOW and more_roles(cloud):
        raise exceptions.Refused(str(_words(_FOREIGN, cloud)))


def _words(text: str, cloud: Cloud) -> TranslatableText:
    return TranslatableText(text, {'roles': ', '.join(more_roles(cloud))})
