# SPDX-License-Identifier: Apache-2.0
"""Users who are logged in, and plans that are gone after the test."""

from django import test
import pytest

from cloud import settings
from protection_dashboard.plans import service as plan_service
from tests.pages.page import Page
from tests.pages.things import things  # noqa: F401
from tests.support import factories
from tests.support.renewal import renewed
from tests.support.trove_client_fixtures import ledger  # noqa: F401
from tests.support.trove_client_fixtures import lost  # noqa: F401
from tests.support.trove_client_fixtures import shown  # noqa: F401
from tests.support.trove_client_fixtures import trove_client  # noqa: F401

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
        assert self.token.user['name'] == user
        if project_id:
            self.switch(project_id)

    @property
    def token(self):
        """What this visitor is logged in with."""
        return self.session['token']

    def switch(self, project_id):
        """Change to another project."""
        self.get(f'/auth/switch/{project_id}/')
        assert self.token.project['id'] == project_id

    def follow(self, address):
        """Where an address leads to, and the HTML of the page there."""
        answer = self.get(address, follow=True)
        assert answer.status_code == 200, address
        (*_before, (reached, _status)) = [
            (address, None),
            *answer.redirect_chain,
        ]
        return reached, answer.content.decode()

    def text(self, address, **data):
        """The page's HTML; it must be there."""
        answer = self.get(address, data)
        assert answer.status_code == 200, (address, answer.status_code)
        return answer.content.decode()

    def page(self, address, **data):
        """The page of an address; it must be there."""
        return Page(self.text(address, **data))

    def rows(self, address):
        """``{id: row}`` of all pages of a list, which has no notices."""
        found, query = {}, ''.join(address.partition('?')[1:])
        while True:
            page = self.page(address.partition('?')[0] + query)
            assert page.notices == []
            found |= {row.id: row for row in page.rows}
            following = page.root.xpath('//a[contains(text(), "Next")]/@href')
            if not following:
                return found
            (query,) = {*following}

    def submit(self, address, **changes):
        """Fill in the form of an address; the answer to it."""
        values = {**self.page(address).values, **changes}
        kept = {name: value for name, value in values.items() if value}
        return self.post(address, kept)

    def press(self, address, value):
        """Press the button of a table that sends a value; the answer.

        What earlier buttons had to say is not shown with what this one says.
        """
        self.cookies.pop('messages', None)
        return self.post(address, {'action': value})


@pytest.fixture(scope='session')
def visitor(running_cloud):
    """``visitor('demo')``: that user, logged in while a token lasts."""
    return renewed(Visitor)


@pytest.fixture
def plan(demo):
    """``plan(pattern)``: a plan of demo's volume web-data."""
    made = []

    def make(pattern=None, **options):
        wanted = factories.document(factories.volume(demo), pattern, **options)
        made.append(plan_service.plan_create(demo, wanted))
        return made[-1]

    yield make
    for one in made:
        factories.uproot(demo, one)
