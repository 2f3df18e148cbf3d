# SPDX-License-Identifier: Apache-2.0
"""The check of this Horizon: whether it enforces the policy of the panels."""

from protection_dashboard.common.i18n import TranslatableText
from protection_dashboard.common.i18n import enumeration
from protection_dashboard.common.i18n import gettext_noop as _
from protection_dashboard.reports.health import FAILED
from protection_dashboard.reports.health import OK
from protection_dashboard.reports.health import WARNING
from protection_dashboard.reports.health import Check
from protection_dashboard.ui import policy

POLICY_NAME = TranslatableText(_("Policy of the panels"))
_MEND = TranslatableText(
    _(
        "Mend the file. Of the settings, leave 'protection' out of "
        "POLICY_FILES and DEFAULT_POLICY_FILES, or give the right path and "
        "restart Horizon."
    )
)
_RULES = TranslatableText(
    _("There are protection:look, protection:change and protection:admin.")
)


def policy_checks() -> list[Check]:
    """Checks of Horizon's own files; they need no cloud.

    With a policy that cannot be used nobody may open Health: then only the
    command protection_status tells of it.
    """
    return [policy_check(policy.current_policy())]


def policy_check(found: policy.Policy) -> Check:
    """The Check of a Policy."""
    if found.problem:
        message = TranslatableText(
            _("Nobody may do anything: %(problem)s"),
            {'problem': found.problem},
        )
        return Check(POLICY_NAME, FAILED, message, _MEND)
    if found.open:
        message = TranslatableText(
            _("Anybody may do what %(rules)s is about."),
            {'rules': enumeration(found.open)},
        )
        return Check(POLICY_NAME, WARNING, message, _MEND)
    if found.unknown:
        message = TranslatableText(
            _("%(path)s names what there is not: %(rules)s."),
            _own(found.unknown),
        )
        return Check(POLICY_NAME, WARNING, message, _RULES)
    if found.changed:
        message = TranslatableText(
            _("In force; %(path)s changes %(rules)s."), _own(found.changed)
        )
        return Check(POLICY_NAME, OK, message)
    return Check(
        POLICY_NAME, OK, TranslatableText(_("In force as it is delivered."))
    )


def _own(names: tuple[str, ...]) -> dict[str, object]:
    return {'path': policy.override_path(), 'rules': enumeration(names)}
