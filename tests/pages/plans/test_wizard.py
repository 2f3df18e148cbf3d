# SPDX-License-Identifier: Apache-2.0
"""Create a plan by its form: what it shows, refuses and makes."""

from django import test
from django.contrib.messages.storage.fallback import FallbackStorage
import pytest

from protection_dashboard import plugins
from protection_dashboard.panels.plans.wizard import finish
from protection_dashboard.plans import service as plan_service
from tests.pages.page import Page
from tests.pages.page import text
from tests.pages.plans.wizard import CREATE
from tests.pages.plans.wizard import NEVER
from tests.pages.plans.wizard import RULE
from tests.pages.plans.wizard import fragment
from tests.pages.plans.wizard import made
from tests.pages.plans.wizard import said
from tests.pages.plans.wizard import sent
from tests.pages.plans.wizard import ticked
from tests.support import factories


@pytest.fixture(scope='module')
def user(visitor):
    return visitor('demo')


@pytest.fixture(scope='module')
def opened(user):
    """The empty form."""
    return user.page(CREATE)


@pytest.fixture(scope='module')
def volumes(demo):
    found = factories.VOLUME.list(demo)
    return {one.name: f'volume:{one.id}' for one in found}


@pytest.fixture(scope='module')
def share(demo):
    kind = plugins.protectable('share')
    return f'share:{kind.list(demo)[0].id}'


@pytest.fixture(scope='module')
def mixed(module_sandbox, demo, user, opened, volumes, share):
    """A plan of a volume, a share and a rule, made and started by the form."""
    answer = sent(
        user,
        opened,
        name='wizard mix',
        resources='\n'.join([volumes['scratch'], share]),
        excluded=volumes['web-1-data'],
        retention='custom',
        keep_daily='',
        keep_last='3',
        keep_weekly='4',
        time_limit='6',
        promise='36',
        finish='run',
        **NEVER,
        **RULE,
    )
    plan = made(demo, 'wizard mix')
    module_sandbox.known(plan.document)
    return answer, plan


def test_the_tree_names_what_there_is_and_who_protects_it(opened, volumes):
    def row(key):
        (box,) = opened.root.xpath(f'//input[@value="{key}"]')
        return box.xpath('./ancestor::tr')[0]

    assert text(row(volumes['scratch'])).startswith('scratch available 1')
    assert 'protection-inner' in row(volumes['orders-db']).get('class')
    (server,) = row(volumes['orders-db']).xpath('./preceding-sibling::tr[1]')
    assert text(server).startswith('worker-1')
    branches = opened.root.xpath('//tbody/@data-wizard-branch')
    assert branches[:5] == ['project', 'database', 'share', 'volume', 'server']
    assert not {'image', 'network'} & set(branches)


def test_a_plan_of_everything_is_made_armed_and_started(
    module_sandbox, demo, mixed, volumes, share
):
    answer, plan = mixed
    assert answer.status_code == 302, said(answer)
    assert answer['Location'].startswith('/project/protection_executions/')
    document = plan.document
    keys = [f'{e["type"]}:{e["id"]}' for e in document['resources']]
    assert keys == [volumes['scratch'], share]
    assert document['selectors'] == [{'type': 'volume', 'name': 'web-*'}]
    (out,) = document['exclusions']
    assert f'{out["type"]}:{out["id"]}' == volumes['web-1-data']
    assert document['retention'] == {'last': 3, 'weekly': 4}
    assert (document['time_limit'], document['promise']) == (6, 36)
    assert set(document['methods']) == {'share', 'volume'}
    options = document['methods']['volume']['options']
    assert options['snapshot_name'] == 'wizard mix'
    assert options['force']  # as one of the volumes is attached
    (schedule,) = plan.schedules
    assert schedule.pattern == '0 3 1 1 *'
    run_id = answer['Location'].strip('/').rpartition('/')[2]
    run = module_sandbox.ended(run_id)
    assert run.state == 'SUCCESS', run.reason
    names = {result['name'] for result in run.results}
    assert {'scratch', 'web-data'} <= names
    assert 'web-1-data' not in names


#: what the form sends, and the notification that is saved
TOLD = [
    (
        {'notify_emails': 'a@example.org, b@example.org'},
        {'on': ['failure'], 'emails': ['a@example.org', 'b@example.org']},
    ),
    (
        {'notify_webhook': 'channel:operators'},
        {'on': ['failure'], 'webhook': 'operators'},
    ),
    (
        {'notify_webhook': 'address', 'notify_url': 'http://127.0.0.1:8/x'},
        {'on': ['failure'], 'webhook': 'http://127.0.0.1:8/x'},
    ),
]


@pytest.mark.parametrize(('chosen', 'saved'), TOLD)
def test_a_plan_with_a_notification_is_made(
    module_sandbox, demo, user, opened, volumes, chosen, saved
):
    name = f'tells {" ".join(chosen)}'
    answer = sent(
        user,
        user.page(CREATE),
        name=name,
        resources=volumes['scratch'],
        frequency='none',
        notify_on='failure',
        finish='create',
        **chosen,
    )
    assert answer.status_code == 302, said(answer)
    plan = made(demo, name)
    module_sandbox.known(plan.document)
    assert plan.document['notification'] == saved


@pytest.mark.parametrize(
    ('chosen', 'field', 'sentence'),
    [
        (
            {'notify_emails': 'not-an-email'},
            'notify_emails',
            "not-an-email is no email address.",
        ),
        (
            {'notify_emails': 'a@example.org', 'notify_on': ''},
            'notify_on',
            "Choose at least one event to tell of.",
        ),
        (
            {
                'notify_webhook': 'address',
                'notify_url': 'https://elsewhere.example.org/',
            },
            'notify_url',
            "Your operator does not allow messages to elsewhere.example.org, "
            "only to 127.0.0.1:*, 127.66.0.1:*.",
        ),
    ],
)
def test_a_bad_address_is_refused_at_its_field(
    user, opened, volumes, chosen, field, sentence
):
    answer = sent(
        user,
        opened,
        name='told in vain',
        resources=volumes['scratch'],
        frequency='none',
        finish='create',
        **chosen,
    )
    assert answer.status_code == 200
    page = Page(answer.content.decode())
    bad = page.root.xpath('//section[@data-wizard-bad]/@data-wizard-step')
    assert bad == ['notification']
    assert sentence in shown_at(page, field)


def shown_at(page, field):
    """Sentences at a field, also where several inputs are one field."""
    path = f'//*[@name="{field}"]/ancestor::*[contains(@class, "form-group")]'
    return page.all(f'{path}//*[contains(@class, "help-block")]')


def test_what_is_wrong_stands_at_its_step(user, opened):
    answer = sent(user, opened, name='', frequency='none', finish='create')
    assert answer.status_code == 200
    page = Page(answer.content.decode())
    bad = page.root.xpath('//section[@data-wizard-bad]/@data-wizard-step')
    assert bad == ['name', 'resources']
    assert page.errors('name') == ["This field is required."]


@pytest.mark.parametrize(
    ('changes', 'line'),
    [
        ({}, "Resources: Tick a resource, or add a rule that selects some."),
        (
            {'resources': 'volume:gone'},
            "Resources: Volume gone no longer exists: untick it.",
        ),
        (
            {'selectors-0-type': 'database', 'selectors-0-metadata': 'a=b'},
            "Resources: Rule 1: Metadata: Database Instance: there is no "
            "metadata, use the name.",
        ),
        (
            {'selectors-0-type': 'volume', 'selectors-0-metadata': 'gold'},
            "Resources: Rule 1: Metadata: Write key=value.",
        ),
        (
            {**RULE, 'frequency': 'custom', 'pattern': 'never'},
            "Schedule: Cron Pattern: ",
        ),
        (
            {**RULE, 'retention': 'custom', 'keep_daily': ''},
            "Retention: Keep: Give at least one number of what to keep.",
        ),
        (
            {**RULE, 'retention': 'custom', 'keep_last': '90000'},
            "more than 1000 recovery points",
        ),
        (
            {'options-volume-method': 'freezer', **RULE, 'name': ''},
            "Name: Plan Name: This field is required.",
        ),
    ],
)
def test_the_review_says_what_is_wrong(user, opened, changes, line):
    changes = {'frequency': 'none', 'name': 'x', **changes}
    assert line in fragment(user, opened, 'review', **changes)


def test_the_review_says_what_comes(user, opened, volumes):
    said = fragment(
        user,
        opened,
        'review',
        name='never saved',
        resources=volumes['scratch'],
        retention='daily=14',
        **NEVER,
        **RULE,
    )
    assert "Protects today 3 × Volume: scratch, web-" in said
    assert said.count(' 01 Jan ') == 5
    assert "Keeps 14 daily" in said


def test_the_review_names_who_is_told(user, opened, volumes):
    fields = {'name': 'never saved', 'frequency': 'none'}
    fields['resources'] = volumes['scratch']
    assert fragment(user, opened, 'review', **fields).endswith(
        "Notification Nobody"
    )
    told = {'notify_on': 'failure', 'notify_emails': 'ops@example.org'}
    assert fragment(user, opened, 'review', **fields, **told).endswith(
        "Notification On failure, by email ops@example.org"
    )


def test_the_review_names_a_single_resource_once(user, opened, volumes):
    said = fragment(
        user,
        opened,
        'review',
        name='never saved',
        resources=volumes['scratch'],
        frequency='none',
    )
    assert said.startswith("Protects today scratch Schedule")


def test_a_rule_shows_what_it_selects(user, opened, volumes):
    said = fragment(user, opened, 'matches', **RULE)
    assert "The rules select 2 resources today." in said
    assert "web-1-data" in said
    excluded = {'excluded': volumes['web-1-data']}
    said = fragment(user, opened, 'matches', **RULE, **excluded)
    assert "The rules select 1 resource today." in said
    assert "web-1-data (excluded)" in said


def test_a_link_opens_it_with_resources_ticked(user, volumes):
    wanted = [volumes['scratch'], volumes['orders-db'], 'volume:gone']
    query = '&'.join(f'resource={one}' for one in wanted)
    page = user.page(f'{CREATE}?{query}')
    assert set(ticked(page)) == set(wanted)
    (gone,) = page.root.xpath('//input[@value="volume:gone"]/ancestor::tr')
    assert gone.xpath('.//s')
    assert 'no longer exists' in text(gone)


def test_a_plan_stays_when_its_schedule_fails(
    module_sandbox, demo, user, volumes
):
    """Its last day passes between the form's check and its arming."""
    document = module_sandbox.document(
        factories.volume(demo, 'scratch'), '0 3 1 1 *'
    )
    (schedule,) = document['schedules']
    past = {**schedule, 'end': '2020-01-02T23:59'}
    request = test.RequestFactory().get(CREATE)
    request.session = {}
    request._messages = FallbackStorage(request)
    address = finish.create_plan(
        request, demo, document, [past], run=False, all_roles=False
    )
    assert plan_service.plan_get(demo, document['id']).schedules == []
    shown = [str(one) for one in request._messages]
    assert shown[1].startswith(
        "The plan is saved, but a schedule of it is not: The schedule has no "
    )
    assert document['name'] in user.text(address)


def test_a_form_makes_one_plan(module_sandbox, demo, user, volumes):
    changes = {
        'name': 'first half',
        'resources': volumes['scratch'],
        'finish': 'create',
        **NEVER,
    }
    page = user.page(CREATE)
    answer = sent(user, page, **changes)
    assert answer.status_code == 302, said(answer)
    module_sandbox.known(made(demo, 'first half').document)
    again = sent(user, page, **{**changes, 'name': 'the other half'})
    assert "already made the plan first half" in ' '.join(said(again))


def test_a_reader_may_not_open_it(visitor):
    assert visitor('viewer').get(CREATE).status_code == 403


KEEPS = "at most {} of each resource, as a copy that is both counts for both"


@pytest.mark.parametrize(
    ('chosen', 'said', 'needed'),
    [
        ({'retention': 'daily=7'}, "Keeps 7 daily", "at most 7 snapshots"),
        (
            {'retention': 'daily=7,weekly=4,monthly=12'},
            "Keeps 7 daily, 4 weekly, 12 monthly: " + KEEPS.format(21),
            "at most 21 snapshots and 21 GiB",
        ),
        (
            {'retention': 'custom', 'keep_last': '3', 'keep_daily': '7'},
            "Keeps the last 3, 7 daily: " + KEEPS.format(7),
            "at most 7 snapshots and 7 GiB",
        ),
        ({'retention': 'everything'}, "Keeps everything", "1 snapshot and 1 "),
    ],
)
def test_the_retention_step_says_what_is_kept(
    user, opened, volumes, chosen, said, needed
):
    """Also while the name, and whom to tell, are missing or wrong."""
    shown = fragment(
        user,
        opened,
        'retention',
        name='',
        resources=volumes['scratch'],
        frequency='daily',
        at='02:30',
        notify_emails='nonsense',
        **chosen,
    )
    assert said in shown
    assert f"Volume snapshot: {needed}" in shown
    assert "you have " in shown


def test_the_retention_step_says_what_it_can(user, opened):
    """Without any resource, and of numbers that are wrong."""
    assert "Keeps 14 daily" in fragment(
        user, opened, 'retention', retention='daily=14'
    )
    shown = fragment(
        user, opened, 'retention', retention='custom', keep_daily='0'
    )
    assert shown == ("Daily: Ensure this value is greater than or equal to 1.")
    shown = fragment(
        user,
        opened,
        'retention',
        retention='custom',
        keep_last='90000',
        **RULE,
    )
    assert "more than 1000 recovery points" in shown
