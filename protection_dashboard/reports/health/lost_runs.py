# SPDX-License-Identifier: Apache-2.0
"""Whether runs of any project stand still, and their end.

An administrator can end the runs of every project, but the services tell only
a project's own users what these runs have made, and only Mistral sends
messages: the next run of the project does both.
"""

import collections
from collections.abc import Sequence
import datetime

from protection_dashboard.api.cloud import Cloud
from protection_dashboard.common.i18n import TranslatableText
from protection_dashboard.common.i18n import enumeration
from protection_dashboard.common.i18n import gettext_noop as _
from protection_dashboard.executions import lost_runs
from protection_dashboard.reports import project_names
from protection_dashboard.reports.health.check import OK
from protection_dashboard.reports.health.check import WARNING
from protection_dashboard.reports.health.check import Check
from protection_dashboard.reports.health.check import NamedCheck

NAME = TranslatableText(_("Runs that stand still"))
ENDED = TranslatableText(_("Lost runs"))
_NAMED = 5
_OF_PROJECT = _("%(project)s (%(count)d)")


def check_lost_runs(cloud: Cloud) -> list[Check]:
    """Check that every run moves; nothing is ended."""
    lost = lost_runs.lost_now(cloud, _movements(cloud))
    minutes = cloud.settings.lost_after_minutes
    if not lost:
        message = TranslatableText(
            _("Every run has moved within %(minutes)d minutes."),
            {'minutes': minutes},
        )
        return [Check(NAME, OK, message)]
    message = TranslatableText(
        _(
            "Runs that have not moved for %(minutes)d minutes: %(count)d, "
            "the first since %(time)s UTC. Their projects: %(projects)s."
        ),
        {'minutes': minutes, **_facts(cloud, lost)},
    )
    advice = TranslatableText(
        _(
            "Look whether Mistral's engine and executors run. The next run "
            "of each project ends them; so do End Lost Runs on the page "
            "Health and python -m django protection_status."
        )
    )
    return [Check(NAME, WARNING, message, advice)]


def end_lost_runs(cloud: Cloud) -> list[Check]:
    """End the lost runs of all projects; what was done, nothing if none was.

    It takes 20 seconds if any run seems to be lost.
    """
    lost = lost_runs.confirmed_as_lost(cloud, _movements(cloud))
    ended = lost_runs.end_lost_runs(cloud, lost, asks_services=False)
    if not ended:
        return []
    message = TranslatableText(
        _(
            "Ended now: %(count)d, the first of which has not moved since "
            "%(time)s UTC. Their projects: %(projects)s."
        ),
        _facts(cloud, ended),
    )
    advice = TranslatableText(
        _(
            "No message was sent of it, as only Mistral sends them: the next "
            "run of each plan does. Execution History lists these runs with "
            "the state Lost; what they made stays."
        )
    )
    return [Check(ENDED, WARNING, message, advice)]


def _movements(cloud: Cloud) -> list[lost_runs.Movement]:
    found = lost_runs.old_runs_of_all_projects(cloud)
    return lost_runs.movements(cloud, found)


def _facts(
    cloud: Cloud, lost: Sequence[lost_runs.LostRun]
) -> dict[str, object]:
    """``count``, ``time`` and ``projects`` for a sentence."""
    names = project_names.all_project_names(cloud)
    counted = collections.Counter(one.project_id for one in lost)
    shown: list[str | TranslatableText] = [
        TranslatableText(
            _OF_PROJECT, {'project': names[project_id], 'count': count}
        )
        for project_id, count in counted.most_common(_NAMED)
    ]
    first = min(one.moved for one in lost).astimezone(datetime.UTC)
    return {
        'count': len(lost),
        'time': f'{first:%Y-%m-%d %H:%M}',
        'projects': enumeration([*shown, *['…'][: len(counted) - len(shown)]]),
    }


CHECKS: tuple[NamedCheck, ...] = (((NAME,), check_lost_runs),)
