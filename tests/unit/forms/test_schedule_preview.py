# SPDX-License-Identifier: Apache-2.0
"""What stands beside the form of a schedule."""

import datetime

from django.utils import timezone

from protection_dashboard.forms import schedule_preview
from protection_dashboard.plans import document as plan_document


def test_the_first_run_is_told_in_the_zone_of_its_schedule():
    now = datetime.datetime.now(datetime.UTC)
    schedule = plan_document.new_schedule('15 2 * * *', 'Asia/Tokyo')
    with timezone.override('America/New_York'):
        found = schedule_preview.preview_for_schedule(schedule, now)
        first = found.first
    assert ' 02:15, in ' in first
