# SPDX-License-Identifier: Apache-2.0
"""What a page asks the services does not grow with what it shows."""

import logging

import pytest

from cloud import users as cloud_users
from protection_dashboard.executions import service as execution_service
from tests.bench import accounts
from tests.pages.conftest import Visitor
from tests.support import sandboxes

NAME = 'crowd'
PAGES = ('overview', 'plans', 'schedules', 'executions', 'points')


@pytest.fixture(scope='module')
def crowd(running_cloud):
    """A project that nobody else uses."""
    return cloud_users.open_cloud(NAME, accounts.create(NAME))


def plant(alt_sandbox, count):
    """Plans of a volume each, that have run and made a point."""
    volumes = [
        alt_sandbox.volume(f'one of {count}') for _number in range(count)
    ]
    plans = [alt_sandbox.plan(volume, '0 3 1 1 *') for volume in volumes]
    runs = [
        execution_service.execute_plan(alt_sandbox.cloud, plan)
        for plan in plans
    ]
    for run in runs:
        alt_sandbox.ended(run)


def calls(visitor, log, page):
    """How many requests the services get for one visit of a page."""
    address = f'/project/protection_{page}/'
    visitor.text(address)  # the first one may look at more
    log.clear()
    with log.at_level(logging.DEBUG, 'urllib3.connectionpool'):
        visitor.text(address)
    return sum(' HTTP/1.1" ' in message for message in log.messages)


def test_a_page_of_many_rows_asks_no_more_than_one_of_one_row(crowd, caplog):
    visitor = Visitor(NAME)
    with sandboxes.kept(crowd) as alt_sandbox:
        plant(alt_sandbox, 1)
        few = {page: calls(visitor, caplog, page) for page in PAGES}
        plant(alt_sandbox, 3)
        many = {page: calls(visitor, caplog, page) for page in PAGES}
    assert few == many
    assert all(few.values())
