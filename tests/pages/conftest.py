# SPDX-License-Identifier: Apache-2.0
"""Users who are logged in, and plans that are gone after the test."""

import dataclasses
import functools

from django import test
import pytest

from cloud import settings
from protection_dashboard import agenda
from protection_dashboard import operations
from tests import garden as gardens
from tests import plants
from tests.beds import bed  # noqa: F401
from tests.beds import garden  # noqa: F401
from tests.pages.page import Page

ADDRESS = '127.0.0.1'


class Visitor(test.Client):
    """A logged-in user of Horizon, by Django's test client."""

    def __init__(self, user, project_id=None):
        super().__init__(SERVER_NAME=ADDRESS)
        answer = self.post(
            '/auth/login/',
            {
                'username': user,
                'password': settings.PASSWORD,
                'domain': 'Default',
                'region': 'default',
            },
        )
        assert answer.status_code == 302, answer.content
        if project_id:
            self.get(f'/auth/switch/{project_id}/')

    def text(self, address, **data):
        """The page's HTML; it must be there."""
        answer = self.get(address, data)
        assert answer.status_code == 200, (address, answer.status_code)
        return answer.content.decode()

    def page(self, address, **data):
        """The page of an address; it must be there."""
        return Page(self.text(address, **data))

    def submit(self, address, **changes):
        """Fill in the form of an address; the answer to it."""
        values = {**self.page(address).values, **changes}
        kept = {name: value for name, value in values.items() if value}
        return self.post(address, kept)

    def press(self, address, value):
        """Press the button of a table that sends a value; the answer."""
        return self.post(address, {'action': value})


@pytest.fixture(scope='session')
def visitor(running_cloud):
    """``visitor('demo')``: that user, logged in once."""
    return functools.cache(Visitor)


@dataclasses.dataclass(frozen=True)
class Estate:
    """A plan that ran once: what it protects, and what came of it."""

    volume: object
    plan: object
    schedule: object
    run: object
    point: object


@pytest.fixture(scope='session')
def estate(demo):
    """An Estate of demo's. Its run failed with the second resource."""
    with gardens.kept(demo) as land:
        volume = land.volume('estate')
        off = land.document(plants.volume(demo, 'orders-db'), force=False)
        document = land.document(volume, '0 3 1 1 *')
        document['resources'] += off['resources']
        document['name'] = 'plan of the estate'
        plan = operations.plan_create(demo, document)
        run = land.ended(operations.plan_run(demo, plan))
        yield Estate(
            volume=volume,
            plan=plan,
            schedule=agenda.plan_state(demo, plan.id).schedules[0],
            run=run,
            point=land.points(document)[0],
        )


@pytest.fixture
def plan(demo):
    """``plan(pattern)``: a plan of demo's volume web-data."""
    made = []

    def make(pattern=None, **options):
        wanted = plants.document(plants.volume(demo), pattern, **options)
        made.append(operations.plan_create(demo, wanted))
        return made[-1]

    yield make
    for one in made:
        plants.uproot(demo, one)
