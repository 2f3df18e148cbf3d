# SPDX-License-Identifier: Apache-2.0
"""Edit and clone a plan, and options of one resource: nothing is lost."""

import dataclasses

import pytest

from protection_dashboard.plans import document as plan_document
from protection_dashboard.plans import service as plan_service
from protection_dashboard.plans import validation as plan_validation
from protection_dashboard.recovery_points import pins
from protection_dashboard.schedules import service as schedule_service
from tests.pages.page import Page
from tests.pages.plans.wizard import CREATE
from tests.pages.plans.wizard import PLANS
from tests.pages.plans.wizard import fragment
from tests.pages.plans.wizard import made
from tests.pages.plans.wizard import said
from tests.pages.plans.wizard import sent
from tests.pages.plans.wizard import ticked
from tests.support import factories
from tests.support import sandboxes


@pytest.fixture(scope='module')
def user(visitor):
    return visitor('demo')


@pytest.fixture(scope='module')
def volumes(demo):
    found = factories.VOLUME.list(demo)
    return {one.name: f'volume:{one.id}' for one in found}


@pytest.fixture
def odd(sandbox, demo):
    """A plan with what the form shows, and what it does not."""
    volume = factories.volume(demo)
    document = sandbox.document(volume, '0 3 1 1 *')
    (entry,) = document['resources']
    options = {'snapshot_name': 'shared', 'description': 'x', 'force': True}
    document['methods'] = {
        'volume': {'protection': 'volume_snapshot', 'options': options},
        'starship': {'protection': 'warp', 'options': {'factor': 9}},
    }
    document['resources'] += [
        {'type': 'volume', 'id': 'gone', 'name': 'long gone'},
    ]
    document['selectors'] = [
        {'type': 'volume', 'metadata': {'note': 'a, "b"', 'tier': 'gold'}}
    ]
    document['exclusions'] = [
        {'type': 'volume', 'name': 'tmp-*'},
        {'type': 'volume', 'id': 'old', 'name': 'old one'},
    ]
    document['retention'] = {'last': 2, 'yearly': 3}
    document['time_limit'] = 5
    document['promise'] = 12
    document['notification'] = {
        'on': ['failure', 'success', 'missed'],
        'webhook': 'operators',
        'emails': ['a@example.org', 'b@example.org'],
    }
    document['description'] = ' two\nlines'
    document['pins'] = [
        {'protection': 'volume_snapshot', 'id': 'p', 'note': 'keep'}
    ]
    assert entry['protection'] == 'volume_snapshot'
    return plan_validation.check_document(document)


@pytest.fixture
def stored(demo, odd):
    """The plan ``odd`` in Mistral; its schedule is not armed."""
    paused = [{**one, 'paused': True} for one in odd['schedules']]
    return plan_service.plan_create(demo, {**odd, 'schedules': paused})


def edit(plan):
    return f'{PLANS}{plan.id}/edit/'


def test_an_edit_that_changes_nothing_loses_nothing(user, demo, stored):
    page = user.page(edit(stored))
    keys = ticked(page)
    assert 'volume:gone' in keys
    answer = resent(user, stored, page)
    assert answer.status_code == 302, said(answer)
    assert plan_service.plan_get(demo, stored.id).document == stored.document


def resent(user, plan, page, **changes):
    values = {
        'resources': '\n'.join(ticked(page)),
        'excluded': '\n'.join(ticked(page, 'excluded')),
        'notify_on': ticked(page, 'notify_on'),
        'finish': 'save',
        **changes,
    }
    return sent(user, page, edit(plan), **values)


def test_an_edit_changes_what_was_changed_only(user, demo, stored, volumes):
    page = user.page(edit(stored))
    keys = [one for one in ticked(page) if one != 'volume:gone']
    answer = resent(
        user,
        stored,
        page,
        resources='\n'.join([*keys, volumes['scratch']]),
        description='',
    )
    assert answer.status_code == 302, said(answer)
    now = plan_service.plan_get(demo, stored.id).document
    before = dict(stored.document)
    names = [entry['name'] for entry in now['resources']]
    assert names == ['web-data', 'scratch']
    for part in ('resources', 'description'):
        now.pop(part, None)
        before.pop(part)
    assert now == before


def test_an_edit_changes_whom_it_tells(user, demo, stored):
    page = user.page(edit(stored))
    answer = resent(
        user,
        stored,
        page,
        notify_webhook='address',
        notify_url='http://127.0.0.1:8/hook',
        notify_emails='c@example.org',
        notify_on=['success'],
    )
    assert answer.status_code == 302, said(answer)
    told = plan_service.plan_get(demo, stored.id).document['notification']
    assert told == {
        'on': ['success'],
        'webhook': 'http://127.0.0.1:8/hook',
        'emails': ['c@example.org'],
    }


def test_the_second_of_two_editors_is_told_what_changed(user, demo, stored):
    first, second = user.page(edit(stored)), user.page(edit(stored))
    assert resent(user, stored, first, name='mine').status_code == 302
    answer = resent(user, stored, second, time_limit='7')
    assert answer.status_code == 200
    page = Page(answer.content.decode())
    (alert,) = [a for a in page.alerts if 'Somebody else' in a]
    assert 'mine' in alert
    # the script loads the review anew: what was refused stays above it
    review = '//*[@data-wizard-fragment="review"]'
    assert 'Somebody else' not in page.only(review)
    assert 'Protects today' in page.only(review)
    assert page.values['time_limit'] == '7'
    assert plan_service.plan_get(demo, stored.id).name == 'mine'


def test_a_form_of_another_page_is_refused(user, demo, stored):
    opened = user.page(CREATE)
    page = user.page(edit(stored))
    answer = resent(user, stored, page, opened=opened.values['opened'])
    assert answer.status_code == 302, said(answer)
    assert plan_service.plan_get(demo, stored.id).document == stored.document


def test_a_clone_is_a_plan_of_its_own(sandbox, user, demo, stored):
    address = f'{PLANS}{stored.id}/clone/'
    page = user.page(address)
    name = page.values['name']
    assert name == f'{stored.name} (copy)'
    answer = sent(
        user,
        page,
        address,
        resources='\n'.join(ticked(page)),
        excluded='\n'.join(ticked(page, 'excluded')),
        notify_on=ticked(page, 'notify_on'),
        finish='create',
    )
    assert answer.status_code == 302, said(answer)
    clone = made(demo, name)
    sandbox.known(clone.document)
    (new,), (old,) = clone.schedules, stored.schedules
    assert new == dataclasses.replace(old, id=new.id, paused=True)
    assert new.id != old.id
    same = {**stored.document, 'id': clone.id, 'name': name}
    same['schedules'] = clone.document['schedules']
    del same['pins']
    assert clone.document == same


@pytest.fixture
def two(sandbox, demo):
    """A plan of two volumes, the first one, and two points of the second.

    It has made one more of each: that of the second is pinned.
    """
    stays, leaves = [sandbox.volume(name) for name in ('stays', 'leaves')]
    document = sandbox.document(stays, '0 3 1 1 *')
    document['resources'] += sandbox.document(leaves)['resources']
    plan = plan_service.plan_create(demo, document)
    points = [
        sandbox.point(volume, plan=sandboxes.plan_of_one(plan, volume))
        for volume in (stays, leaves, leaves, leaves)
    ]
    pins.pin_point(demo, points[-1], "")
    return plan, stays, points[1:3]


def test_what_leaves_a_plan_is_told_and_listed_afterwards(user, two):
    plan, stays, points = two
    page = user.page(edit(plan))
    both = '\n'.join(ticked(page))
    text = fragment(user, page, 'review', edit(plan), resources=both)
    assert "until you remove" not in text
    without = {'resources': f'volume:{stays.id}'}
    answer = sent(user, page, edit(plan), part='review', **without)
    shown = Page(answer.content.decode())
    (line,) = shown.root.xpath('//dd[contains(., "until you remove")]')
    assert "2 recovery points of leaves stay until you remove" in (
        line.text_content()
    )
    (form,) = line.xpath('./a/@href')
    assert all(point.id in form for point in points)
    listed = user.page(form).root.text_content()
    assert all(point.label in listed for point in points)
    before = orphans_of(user)
    assert not any(point.id in before for point in points)
    answer = sent(user, page, edit(plan), finish='save', **without)
    assert answer.status_code == 302, said(answer)
    told = [
        line for line in orphans_of(user).splitlines() if plan.name in line
    ]
    assert len(told) == len(points)
    for point in points:
        (line,) = [one for one in told if point.id in one]
        assert "No longer protected by" in line


def orphans_of(user):
    """The CSV of what plans no longer protect."""
    answer = user.get(
        '/project/protection_overview/orphans/',
        {'format': 'csv', 'kind': 'left'},
    )
    return b''.join(answer.streaming_content).decode()


@pytest.fixture
def shared(sandbox, demo):
    """A plan whose volume has the options of its type."""
    document = sandbox.document(factories.volume(demo))
    (entry,) = document['resources']
    method = {p: entry.pop(p) for p in ('protection', 'options')}
    document['methods'] = {'volume': method}
    return plan_service.plan_create(demo, document)


def test_a_resource_gets_options_of_its_own_and_loses_them(user, demo, shared):
    (entry,) = shared.document['resources']
    address = f'{PLANS}{shared.id}/options/volume/{entry["id"]}/'
    name = {'snapshot_name': 'only this one'}
    assert user.submit(address, which='own', **name).status_code == 302
    (now,) = plan_service.plan_get(demo, shared.id).document['resources']
    assert now['protection'] == 'volume_snapshot'
    assert now['options']['snapshot_name'] == 'only this one'
    page = user.page(f'{PLANS}{shared.id}/edit/')
    assert page.root.xpath('//input[@data-own]/@value') == [
        f'volume:{entry["id"]}'
    ]
    assert user.submit(address, which='shared').status_code == 302
    assert plan_service.plan_get(demo, shared.id).document == shared.document


def test_only_a_resource_of_the_plan_has_options(user, shared):
    address = f'{PLANS}{shared.id}/options/volume/other/'
    assert user.get(address).status_code == 404


def test_a_service_that_is_down_costs_its_branch(
    running_cloud, user, volumes, stored
):
    with running_cloud.without('manila'):
        page = user.page(edit(stored))
        branch = '//tbody[@data-wizard-branch="{}"]'
        assert 'Manila does not answer' in page.only(branch.format('share'))
        assert 'scratch' in page.only(branch.format('volume'))


def test_a_retention_that_is_no_preset_comes_back_as_custom(
    sandbox, user, demo
):
    """Such as what an earlier version offered."""
    document = sandbox.document(factories.volume(demo))
    document['retention'] = {'days': 7}
    plan = plan_service.plan_create(demo, document)
    page = user.page(edit(plan))
    assert page.values['retention'] == 'custom'
    assert page.values['keep_days'] == '7'
    assert resent(user, plan, page).status_code == 302
    now = plan_service.plan_get(demo, plan.id).document
    assert now['retention'] == {'days': 7}


def test_the_review_says_when_schedules_of_the_plan_meet(user, sandbox, demo):
    plan = sandbox.plan(factories.volume(demo), '0 3 1 1 *')
    second = plan_document.new_schedule('0 3 * 1 *', 'UTC')
    schedule_service.schedule_add(demo, plan, second)
    address = f'{PLANS}{plan.id}/edit/'
    text = fragment(user, user.page(address), 'review', address)
    assert text.count("03:00 (UTC): one copy counts for both.") == 2
    assert "Meets Every year on 1 January at 03:00" in text
