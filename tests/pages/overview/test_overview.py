# SPDX-License-Identifier: Apache-2.0
"""The Overview: what is protected, whether it ran, and what to do."""

import uuid

from django.utils import timezone
import pytest

from protection_dashboard.common.references import ResourceRef
from protection_dashboard.coverage import exemptions
from protection_dashboard.plans import service as plan_service
from tests.pages.page import Page
from tests.support import factories

OVERVIEW = '/project/protection_overview/'
NOT_NEEDED = OVERVIEW + 'not-needed/'
MARK = NOT_NEEDED + 'mark/'
PROTECT = OVERVIEW + 'protect/'
CREATE = '/project/protection_plans/create/'
NAME = f'open {uuid.uuid4().hex[:6]}'


@pytest.fixture(scope='module')
def user(visitor):
    return visitor('demo')


@pytest.fixture(scope='module')
def volumes(module_sandbox):
    return [module_sandbox.volume(f'{NAME} {number}') for number in range(2)]


@pytest.fixture(scope='module')
def keys(volumes):
    return [str(ResourceRef.of_resource(one)) for one in volumes]


@pytest.fixture(scope='module')
def ran(executed_plan):
    """A plan of a volume that has a copy; its last run failed in part."""
    return executed_plan


@pytest.fixture(scope='module')
def overview(user, ran):
    return user.page(OVERVIEW)


def ticked(wizard):
    """Keys of the resources that are ticked in the form of a plan."""
    boxes = wizard.root.xpath('//input[@name="resources"][@checked]')
    return {box.get('value') for box in boxes}


def names(page):
    return [row['Name'] for row in page.rows]


def test_what_has_no_plan_is_listed_and_leads_to_a_new_one(
    user, volumes, keys
):
    page = user.page(OVERVIEW, name=NAME.upper())
    assert names(page) == [one.name for one in volumes]
    row = page.row(keys[0])
    (box,) = row.element.xpath('.//input[@name="object_ids"]')
    assert box.get('value') == keys[0]
    assert row.texts.items() >= {
        ('Type', "Volume"),
        ('Size', "1 GiB"),
        ('Why', "No plan"),
    }
    wizard = user.page(row.actions["Protect"])
    assert ticked(wizard) == {keys[0]}


def test_what_is_ticked_opens_in_a_new_plan_however_much_it_is(user, keys):
    gone = [f'volume:{uuid.uuid4()}' for _number in range(200)]
    sent = {'action': 'open__protect_rows', 'object_ids': keys + gone}
    answer = user.post(OVERVIEW, sent)
    assert (answer.status_code, answer['Location']) == (307, PROTECT)
    wizard = Page(user.post(PROTECT, sent).content.decode())
    assert ticked(wizard) >= {*keys}
    assert wizard.root.get_element_by_id('plan_wizard').action == CREATE


def test_all_that_a_filter_leaves_opens_in_a_new_plan(user, keys):
    wizard = user.page(PROTECT, name=NAME)
    assert ticked(wizard) == {*keys}


def test_a_resource_is_marked_as_not_needed_and_needed_again(
    user, demo, volumes, keys
):
    sent = {'action': 'open__mark_rows', 'object_ids': keys}
    answer = user.post(OVERVIEW, sent)
    assert (answer.status_code, answer['Location']) == (307, MARK)
    form = Page(user.post(MARK, sent).content.decode())
    told = form.only('//form[@id]')
    assert all(one.name in told for one in volumes)
    answer = user.post(MARK, {**form.values, 'note': '<i>scratch</i>'})
    assert (answer.status_code, answer['Location']) == (302, OVERVIEW)
    page = user.page(OVERVIEW, name=NAME)
    assert page.rows == []
    listed = user.page(NOT_NEEDED, name=NAME)
    assert [row['Note'] for row in listed.rows] == ['<i>scratch</i>'] * 2
    assert {row['Said By'] for row in listed.rows} == {'demo'}
    sent = {'action': 'unneeded__unmark', 'object_ids': keys}
    user.post(NOT_NEEDED, sent)
    assert user.page(NOT_NEEDED, name=NAME).rows == []
    assert names(user.page(OVERVIEW, name=NAME)) == [v.name for v in volumes]


def test_a_reader_changes_nothing(visitor, demo, keys):
    viewer = visitor('viewer')
    page = viewer.page(OVERVIEW, name=NAME)
    assert page.row(keys[0]).actions == {}
    sent = {'object_ids': keys[:1], 'keys': keys[0], 'note': 'x'}
    for address in (MARK, PROTECT):
        assert viewer.post(address, sent).status_code == 403
    button = f'unneeded__unmark__{keys[0]}'
    assert viewer.press(NOT_NEEDED, button).status_code == 403
    assert (
        exemptions.METADATA_KEY
        not in factories.VOLUME.show(demo, keys[0].partition(':')[2]).metadata
    )


def test_somebody_elses_volume_is_not_marked(visitor, demo, alt, keys):
    stranger = visitor('alt')
    answer = stranger.post(MARK, {'keys': keys[0], 'note': 'x'})
    (error,) = Page(answer.content.decode()).alerts
    assert "None of these resources exists any more." in error
    volume = factories.VOLUME.show(demo, keys[0].partition(':')[2])
    assert exemptions.METADATA_KEY not in volume.metadata


def test_the_numbers_are_links_to_what_they_count(overview):
    protected, fresh, following = overview.root.xpath(
        '//ul[contains(@class, "protection-counts")]/li/a'
    )
    week, *parts = overview.root.xpath(
        '//ul[contains(@class, "protection-counts")]/li/div//a'
    )
    done, _of, every = protected.text_content().split()[1:4]
    assert 0 < int(done) <= int(every)
    assert protected.get('href') == '#open'
    assert fresh.get('href') == OVERVIEW + 'freshness/'
    today = timezone.localdate()
    assert week.get('href').endswith(f'&to={today}')
    (failed,) = [one for one in parts if ' failed' in one.text_content()]
    assert int(failed.text_content().split(' failed')[0].split()[-1]) > 0
    assert failed.get('href').endswith(f'&to={today}&state=failed')
    (countdown,) = following.xpath('.//time[@data-protection-countdown]')
    assert countdown.get('role') == 'timer'
    assert countdown.text_content().count(':') == 2


def test_what_needs_attention_stands_on_the_page(overview):
    rows = '//table[contains(@class, "attention")]/tbody/tr'
    assert 0 < len(overview.all(rows)) <= 10


def test_today_in_the_calendar_leads_to_the_executions_of_today(
    user, overview, ran
):
    (today,) = overview.root.xpath('//td[@aria-current="date"]/a')
    day = timezone.localdate()
    assert today.get('href').endswith(f'?kind=backup&from={day}&to={day}')
    assert 'failed' in today.get('aria-label')
    runs = user.page(f'{today.get("href")}&plan={ran.plan.id}')
    assert runs.row(ran.run.id)


def test_freshness_tells_of_each_protected_resource(user, demo, ran):
    page = user.page(OVERVIEW + 'freshness/', name=ran.volume.name)
    row = page.row(str(ResourceRef.of_resource(ran.volume)))
    assert row['Freshness'] in ("Fresh", "No promise")
    assert row['Protected By'] == ran.plan.name
    (point,) = row.links('Last Good Copy')
    newest, *_older = factories.SNAPSHOT.points(demo, ran.volume.id)
    assert point.endswith(f'/{newest.id}/')
    assert ran.volume.name not in names(
        user.page(OVERVIEW, name=ran.volume.name)
    )


def test_the_lists_are_files_too(user, volumes, ran):
    def lines(address, name):
        answer = user.get(address, {'format': 'csv', 'name': name})
        return b''.join(answer).decode('utf-8-sig').splitlines()

    heading, *rows = lines(OVERVIEW, NAME)
    assert heading == 'Name,Type,ID,Size (GiB),Why'
    assert rows == [f'{v.name},Volume,{v.id},1,No plan' for v in volumes]
    heading, *rows = lines(OVERVIEW + 'freshness/', ran.volume.name)
    assert ran.plan.name in rows[0]
    assert lines(NOT_NEEDED, NAME) == ['Name,Type,ID,Note,Said By,When']


def test_a_project_without_plans_is_told_what_to_do_first(
    visitor, cloud_of, ran
):
    empty = cloud_of('admin', 'admin').project_id
    page = visitor('admin', empty).page(OVERVIEW)
    assert len(page.of_class('protection-start')) == 1
    assert ran.volume.name not in page.only('//*[@id="content_body"]')
    assert page.all('//table[contains(@class, "calendar")]') == []


def test_a_plan_without_a_schedule_protects_nothing(
    user, module_sandbox, demo, volumes
):
    document = module_sandbox.document(volumes[1])
    plan = plan_service.plan_create(demo, document)
    row = user.page(OVERVIEW, name=NAME).row(
        str(ResourceRef.of_resource(volumes[1]))
    )
    assert row['Why'] == f'{plan.name} has no schedule'
    assert row.links('Why') == [f'/project/protection_plans/{plan.id}/']
    plan_service.plan_delete(demo, plan)
