# SPDX-License-Identifier: Apache-2.0
"""Whether the cloud is ready: one line for each thing we stand on.

For an administrator: what is looked at belongs to all projects.
"""

import dataclasses

from protection_dashboard import exceptions
from protection_dashboard.common import concurrency
from protection_dashboard.reports.health import freezer
from protection_dashboard.reports.health import mistral
from protection_dashboard.reports.health import services
from protection_dashboard.reports.health import trusts
from protection_dashboard.reports.health.check import FAILED
from protection_dashboard.reports.health.check import OK
from protection_dashboard.reports.health.check import WARNING
from protection_dashboard.reports.health.check import Check
from protection_dashboard.reports.health.check import said
from protection_dashboard.reports.health.check import worst

__all__ = ['FAILED', 'OK', 'WARNING', 'Check', 'checks', 'worst']

#: how long one answer may take, in seconds: Health is asked when things hang
PATIENCE = 5
# what a service gives that answers with something other than its API
_STRANGE = (AttributeError, LookupError, TypeError, ValueError)
_AT_ONCE = 20


def checks(cloud):
    """A :class:`Check` of each thing, all side by side, always as sorted.

    What fails or does not answer costs its own lines only.
    """
    patient = dataclasses.replace(cloud, timeout=min(cloud.timeout, PATIENCE))
    wanted = [
        *mistral.CHECKS,
        *trusts.CHECKS,
        *services.wanted(cloud),
        *freezer.wanted(cloud),
    ]
    found = concurrency.each(
        lambda one: _isolated(patient, *one), wanted, _AT_ONCE
    )
    return [check for some in found for check in some]


def _isolated(cloud, names, look):
    """The checks of one look; a failure is all of them."""
    try:
        return look(cloud)
    except exceptions.ProtectionError as error:
        # the rest of the sentence is for users, who cannot do more
        told = said(str(error).partition(': try again')[0])
    except _STRANGE as error:
        told = said(f"{type(error).__name__}: {error}")
    return [Check(name, FAILED, told) for name in names]
