# SPDX-License-Identifier: Apache-2.0
"""Recovery points that exist nowhere, for tests of what keeps them."""

import datetime

from protection_dashboard.protections import base

PLAN = '0b5bbbd2-0f27-4c9e-8c0f-0f2f3ee1a3d6'
OTHER = '9d1f4a9e-6c0e-4b6f-8f0b-2a5d7f6f3c11'
NIGHTLY = '51111111-0f27-4c9e-8c0f-0f2f3ee1a3d6'
MONTHLY = '52222222-0f27-4c9e-8c0f-0f2f3ee1a3d6'
RUN = '53333333-0f27-4c9e-8c0f-0f2f3ee1a3d6'
NOW = datetime.datetime(2026, 11, 21, 12, tzinfo=datetime.UTC)


def point(created, state=base.AVAILABLE, **facts):
    """A point of the plan; ``created`` is ISO text in UTC or a datetime."""
    if isinstance(created, str):
        created = datetime.datetime.fromisoformat(created + '+00:00')
    mark = base.Mark(
        plan=facts.pop('plan', PLAN),
        schedule=facts.pop('schedule', ''),
        execution=facts.pop('execution', ''),
        also=tuple(facts.pop('also', ())),
    )
    given_facts = {
        'id': created.isoformat(),
        'protection': 'volume_snapshot',
        'resource_type': 'volume',
        'resource_id': 'web',
        'name': '',
        'description': '',
        'status': state,
        'state': state,
        'created': created,
        'mark': mark,
        **facts,
    }
    return base.RecoveryPoint(**given_facts)


def daily(count, **facts):
    """A point at 02:30 UTC of each of the last days."""
    newest = datetime.datetime(2026, 11, 21, 2, 30, tzinfo=datetime.UTC)
    days = (datetime.timedelta(days=day) for day in range(count))
    return [point(newest - day, **facts) for day in days]
