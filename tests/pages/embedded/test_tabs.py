# SPDX-License-Identifier: Apache-2.0
"""The tab Protection on the pages of databases, servers, shares, volumes."""

import re

import pytest

from protection_dashboard import plugins
from tests.pages.page import Page
from tests.pages.page import having
from tests.pages.page import text
from tests.support import factories
from tests.support import manila_shares

AJAX = {'HTTP_X_REQUESTED_WITH': 'XMLHttpRequest'}
#: kind: (address, slug of the page's group of tabs)
PAGES = {
    'database': ('/project/databases/{}/', 'instance_details'),
    'server': ('/project/instances/{}/', 'instance_details'),
    'share': ('/project/shares/{}/', 'share_details'),
    'volume': ('/project/volumes/{}/', 'volume_details'),
}
SAMPLES = {
    'database': 'shop',
    'server': 'web-1',
    'share': 'media',
    'volume': 'web-data',
}


@pytest.fixture(scope='module')
def user(visitor):
    return visitor('demo')


def resource(cloud, kind):
    found = plugins.protectable(kind).list(cloud)
    return next(one for one in found if one.name == SAMPLES[kind])


def tab(user, kind, resource_id):
    """What Horizon's script puts into the page when the tab is opened."""
    address, group = PAGES[kind]
    wanted = {'tab': f'{group}__protection'}
    answer = user.get(address.format(resource_id), wanted, **AJAX)
    assert answer.status_code == 200
    return Page(answer.content.decode())


def facts(page):
    """``{term: [line]}`` of the tab's list of terms."""
    found, term = {}, ''
    for one in page.root.xpath('//dl/*'):
        if one.tag == 'dt':
            term = text(one)
            continue
        found.setdefault(term, []).append(text(one))
    return found


@pytest.mark.parametrize('kind', PAGES)
def test_it_is_there_and_loaded_when_opened(user, demo, kind):
    found = resource(demo, kind)
    page = user.page(PAGES[kind][0].format(found.id))
    assert 'Protection' in page.all(f'//ul[{having("nav-tabs")}]//a')
    assert page.of_class('protection-tab') == []
    shown = facts(tab(user, kind, found.id))
    assert set(shown) >= {'Protected By', 'Last Good Point'}


def test_a_plan_that_cannot_be_read_may_protect_it(user, sandbox, demo):
    volume = resource(demo, 'volume')
    flow = sandbox.hollow(volume)
    told = tab(user, 'volume', volume.id).root.text_content()
    said = f"{flow.name} may protect it, but cannot be read: "
    assert said in told


def test_it_tells_what_protects_and_how_the_last_run_went(user, executed_plan):
    page = tab(user, 'volume', executed_plan.volume.id)
    shown = facts(page)
    (plan,) = shown['Protected By']
    assert plan.startswith('plan that ran: Every year')
    assert page.links('plan that ran')[0].endswith(f'{executed_plan.plan.id}/')
    (last,) = shown['Last Run']
    assert executed_plan.run.reason in last
    assert re.fullmatch(
        r'1 Jan( \d{4})? 03:00, in \d+ days?', shown['Next Run'][0]
    )
    assert 'ago' in shown['Last Good Point'][0]
    wizard = f'restore/volume_snapshot/{executed_plan.point.id}/'
    (_one,) = [link for link in page.links('Restore') if wizard in link]


def test_what_nothing_protects_says_so_and_offers_it(user, demo):
    with manila_shares.kept(demo) as shares:
        share = shares.share('forgotten')
        page = tab(user, 'share', share.id)
    assert facts(page)['Protected By'] == ['No plan protects this share.']
    assert facts(page)['Last Good Point'] == ['None yet']
    (address,) = page.links('Schedule Backup')
    assert address.endswith(f'/schedule/share/{share.id}/')


def test_what_cannot_be_protected_says_why(user, demo):
    with manila_shares.kept(demo) as shares:
        share = shares.share('plain', share_type='no-snapshot')
        page = tab(user, 'share', share.id)
    assert 'no-snapshot has no snapshots' in facts(page)['Protected By'][0]
    assert page.links('Schedule Backup') == []


def test_a_viewer_looks_and_changes_nothing(visitor, executed_plan):
    page = tab(visitor('viewer'), 'volume', executed_plan.volume.id)
    assert facts(page)['Protected By']
    labels = ('Schedule Backup', 'Protect Now', 'Restore')
    assert [page.links(label) for label in labels] == [[], [], []]
    assert page.links('All Recovery Points')


def test_a_service_that_is_down_is_one_line(user, demo, running_cloud):
    volume = factories.volume(demo, 'scratch')
    with running_cloud.without('mistral'):
        page = tab(user, 'volume', volume.id)
    (line,) = page.notices
    assert line.startswith('Mistral does not answer')
    assert 'Protected By' not in facts(page)
    assert 'scratch-by-hand' in page.all('//tbody/tr/td')
