# SPDX-License-Identifier: Apache-2.0
"""Whether the cloud is ready: one line for each thing we depend on.

For an administrator, as what is checked belongs to all projects.
"""

from collections.abc import Callable
import dataclasses

from protection_dashboard import exceptions
from protection_dashboard.api.cloud import Cloud
from protection_dashboard.common import concurrency
from protection_dashboard.common.i18n import TranslatableText
from protection_dashboard.reports.health import administrators
from protection_dashboard.reports.health import freezer
from protection_dashboard.reports.health import lost_runs
from protection_dashboard.reports.health import mistral
from protection_dashboard.reports.health import mistral_policy
from protection_dashboard.reports.health import runs
from protection_dashboard.reports.health import services
from protection_dashboard.reports.health import start_delays
from protection_dashboard.reports.health import triggers
from protection_dashboard.reports.health import trusts
from protection_dashboard.reports.health.check import FAILED
from protection_dashboard.reports.health.check import OK
from protection_dashboard.reports.health.check import WARNING
from protection_dashboard.reports.health.check import Check
from protection_dashboard.reports.health.check import untranslated
from protection_dashboard.reports.health.check import worst
from protection_dashboard.reports.health.lost_runs import end_lost_runs

__all__ = [
    'FAILED',
    'OK',
    'WARNING',
    'Check',
    'checks',
    'end_lost_runs',
    'worst',
]

#: how long one answer may take, in seconds: shorter than elsewhere, as this
#: page is opened when services hang
TIMEOUT = 5
# raised when a service answers with something other than its API
_UNEXPECTED = (AttributeError, LookupError, TypeError, ValueError)
_AT_ONCE = 20


def checks(cloud: Cloud) -> list[Check]:
    """A :class:`Check` of each thing, made in parallel, in a fixed order.

    What fails or does not answer costs its own lines only.
    """
    patient = dataclasses.replace(cloud, timeout=min(cloud.timeout, TIMEOUT))
    checks = [
        *mistral.CHECKS,
        *mistral_policy.CHECKS,
        *start_delays.CHECKS,
        *triggers.CHECKS,
        *lost_runs.CHECKS,
        *trusts.CHECKS,
        *administrators.CHECKS,
        *runs.CHECKS,
        *services.service_checks(cloud),
        *freezer.freezer_checks(cloud),
    ]
    found = concurrency.map_concurrently(
        lambda one: _isolated(patient, *one), checks, _AT_ONCE
    )
    return [check for some in found for check in some]


def _isolated(
    cloud: Cloud,
    names: tuple[TranslatableText, ...],
    check: Callable[[Cloud], list[Check]],
) -> list[Check]:
    """What a check gives; if it raises, all lines of its names failed."""
    try:
        return check(cloud)
    except exceptions.ProtectionError as error:
        # the rest of the sentence is advice for users, not for operators
        message = untranslated(str(error).partition(': try again')[0])
    except _UNEXPECTED as error:
        message = untranslated(f"{type(error).__name__}: {error}")
    return [Check(name, FAILED, message) for name in names]
