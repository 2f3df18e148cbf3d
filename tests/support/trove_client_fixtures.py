# SPDX-License-Identifier: Apache-2.0
"""Fixtures: schedules of the database client, as our pages show them."""

import dataclasses
import uuid

import pytest

from protection_dashboard.api.mistral import (
    trove_schedules as mistral_trove_schedules,
)
from protection_dashboard.schedules import trove_client_schedules
from tests.support import trove_client as support_trove_client
from tests.support import trove_databases

SCHEDULES = '/project/protection_schedules/'


def armed(cloud):
    """Ids of the cron triggers that back databases up."""
    return {
        one.trigger_id for one in mistral_trove_schedules.schedule_list(cloud)
    }


@pytest.fixture(scope='module')
def trove_client(demo):
    with support_trove_client.kept(demo) as kept:
        yield kept


@pytest.fixture(scope='module')
def ledger(demo):
    """A database instance of demo's, for one module only."""
    with trove_databases.kept(demo) as made:
        yield made.create('ledger')


@dataclasses.dataclass(frozen=True)
class Shown:
    """A schedule of the client's and its address and button's id."""

    schedule: trove_client_schedules.TroveScheduleStatus
    address: str
    key: str


@pytest.fixture(scope='module')
def shown(demo, trove_client, ledger):
    """``shown(pattern)``: a Shown of the instance."""

    def make(pattern=support_trove_client.NEVER, instance_id='', **options):
        owner = instance_id or ledger.id
        made = trove_client.create(owner, pattern, **options)
        trigger_id = mistral_trove_schedules.schedule_show(
            demo, made.id
        ).trigger_id
        return Shown(
            trove_client_schedules.schedule_get(demo, trigger_id),
            f'{SCHEDULES}client/{trigger_id}/',
            f'client:{trigger_id}',
        )

    return make


@pytest.fixture(scope='module')
def lost(shown):
    """A schedule of an instance that is gone, past our words."""
    return shown('0 0 L * *', str(uuid.uuid4()), name='lost')
