# SPDX-License-Identifier: Apache-2.0
"""Whether Mistral's policy lets people change things who may only look.

By Mistral's own rules they can replace the workflow that a schedule runs with
all roles of whoever armed it. It is tried with the role reader alone, which an
administrator gets by a trust to themselves, which is deleted at once.
"""

from protection_dashboard import exceptions
from protection_dashboard.api import keystone
from protection_dashboard.api.cloud import Cloud
from protection_dashboard.api.mistral import write_attempts
from protection_dashboard.common.i18n import TranslatableText
from protection_dashboard.common.i18n import enumeration
from protection_dashboard.common.i18n import gettext_noop as _
from protection_dashboard.reports.health.check import OK
from protection_dashboard.reports.health.check import WARNING
from protection_dashboard.reports.health.check import Check
from protection_dashboard.reports.health.check import NamedCheck
from protection_dashboard.reports.health.check import untranslated

NAME = TranslatableText(_("Policy of Mistral"))
_ROLE = 'reader'
_INSTALL = TranslatableText(
    _(
        "Install policy/mistral.yaml of the package where Mistral's API "
        "runs, as [oslo_policy] policy_file: whoever may only look can "
        "otherwise act with all roles of whoever armed a schedule."
    )
)
_LACKS = TranslatableText(
    _("Your token does not have the role %(role)s."), {'role': _ROLE}
)
_LOOK = TranslatableText(
    _(
        "See whether [oslo_policy] policy_file of Mistral's API is the "
        "package's policy/mistral.yaml."
    )
)


def check_mistral_policy(cloud: Cloud) -> list[Check]:
    """Check that a reader can write nothing in Mistral."""
    try:
        with keystone.cloud_with_one_role(cloud, _ROLE) as reader:
            if reader is None:
                return [_unknown(_LACKS)]
            return [policy_check(*write_attempts.permitted_kinds(reader))]
    except exceptions.Unavailable:
        raise
    except exceptions.ProtectionError as error:
        return [_unknown(untranslated(error))]


def policy_check(permitted: list[str], unknown: list[str]) -> Check:
    """The line for what ``write_attempts.permitted_kinds`` has found."""
    if permitted:
        message = TranslatableText(
            _("With the role reader alone one can change %(kinds)s."),
            {'kinds': enumeration(permitted)},
        )
        return Check(NAME, WARNING, message, _INSTALL)
    if unknown:
        reason = TranslatableText(
            _("Mistral's answer tells nothing about %(kinds)s."),
            {'kinds': enumeration(unknown)},
        )
        return _unknown(reason)
    message = TranslatableText(
        _(
            "Tried with the role reader alone: Mistral refuses to change "
            "%(kinds)s."
        ),
        {'kinds': enumeration(write_attempts.KINDS)},
    )
    return Check(NAME, OK, message)


def _unknown(reason: TranslatableText) -> Check:
    message = TranslatableText(
        _(
            "Unknown, as it could not be tried with the role reader: "
            "%(reason)s"
        ),
        {'reason': reason},
    )
    return Check(NAME, WARNING, message, _LOOK)


CHECKS: tuple[NamedCheck, ...] = (((NAME,), check_mistral_policy),)
