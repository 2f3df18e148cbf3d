# SPDX-License-Identifier: Apache-2.0
"""Whether the runs of the last day began, and went on to their end."""

import datetime

from protection_dashboard.api.cloud import Cloud
from protection_dashboard.common.i18n import TranslatableText
from protection_dashboard.common.i18n import gettext_noop as _
from protection_dashboard.executions import records as execution_records
from protection_dashboard.reports import all_plans
from protection_dashboard.reports.health.check import OK
from protection_dashboard.reports.health.check import WARNING
from protection_dashboard.reports.health.check import Check
from protection_dashboard.reports.health.check import NamedCheck
from protection_dashboard.schedules import expected_runs

NAME = TranslatableText(_("Runs of the last day"))
_DAY = datetime.timedelta(days=1)


def check_runs(cloud: Cloud) -> list[Check]:
    """Check that no run of any project was missed, skipped or lost."""
    return [check_of_plans(all_plans.plans_of_all_projects(cloud))]


def check_of_plans(plans: all_plans.AllPlans) -> Check:
    """The Check of the plans of all projects, and of their executions."""
    now = plans.window.now
    begun = [
        run
        for runs in plans.runs.values()
        for run in runs
        if run.started > now - _DAY
    ]
    expected = [
        one
        for entry in plans.entries
        for schedule in entry.state.schedules
        for one in schedule.expected
    ]
    counts = {
        'missed': expected_runs.run_counts(expected, now, _DAY).missed,
        'skipped': sum(
            run.state == execution_records.SKIPPED for run in begun
        ),
        'lost': sum(run.is_lost for run in begun),
    }
    facts = {name: str(count) for name, count in counts.items()}
    message = TranslatableText(
        _("%(missed)s did not begin, %(skipped)s skipped, %(lost)s lost."),
        facts,
    )
    if not any(counts.values()):
        return Check(NAME, OK, message)
    return Check(NAME, WARNING, message, TranslatableText(_ADVICE))


_ADVICE = _(
    "Execution History lists the skipped and the lost ones by their state, "
    "Plans those of which a run was missed."
)
CHECKS: tuple[NamedCheck, ...] = (((NAME,), check_runs),)
