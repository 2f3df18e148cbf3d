# SPDX-License-Identifier: Apache-2.0
"""The preview under a schedule, computed on the server while typing."""

import datetime
import json
import zoneinfo

import pytest

from protection_dashboard.recurrence import local_cron
from tests.pages.conftest import Visitor
from tests.support import factories

PREVIEW = '/project/protection_schedules/preview/'
BERLIN = 'Europe/Berlin'
FORMAT = '%a %d %b %Y %H:%M'


@pytest.fixture(scope='module')
def berliner(running_cloud):
    """A user whose Horizon settings say Europe/Berlin."""
    user = Visitor('demo')
    user.cookies['django_timezone'] = BERLIN
    return user


def words(page):
    return page.only('//*[@class="protection-words"]/strong')


def runs(page):
    """The cells of each run: in the user's zone, then in UTC."""
    path = '//table[contains(@class, "protection-runs")]/tbody/tr'
    return [
        [cell.text_content() for cell in row.xpath('./td')][:2]
        for row in page.root.xpath(path)
    ]


def expected(pattern, zone, since=None):
    """The next five runs of a pattern as the preview writes them."""
    since = since or datetime.datetime.now(datetime.UTC)
    local = zoneinfo.ZoneInfo(zone)
    return [
        [f'{at.astimezone(local):{FORMAT}}', f'{at:{FORMAT}}']
        for at in local_cron.next_occurrences(pattern, zone, since)
    ]


def preview(user, **typed):
    return user.page(PREVIEW, **{'zone': BERLIN, **typed})


def test_it_says_the_schedule_and_five_runs_in_both_zones(berliner):
    page = preview(berliner, frequency='daily', at='04:30')
    assert words(page) == 'Every day at 04:30'
    assert runs(page) == expected('30 4 * * *', BERLIN)
    assert len(runs(page)) == 5
    heads = page.all('//th[@scope="col"]')
    assert heads[:2] == [BERLIN, 'UTC']


def test_local_times_hold_when_the_clocks_change(berliner):
    page = preview(
        berliner,
        frequency='weekly',
        weekday='0',
        at='04:30',
        first='2031-10-12T00:00',
    )
    both = [(local[-5:], utc[-5:]) for local, utc in runs(page)]
    assert both == [('04:30', '02:30')] * 2 + [('04:30', '03:30')] * 3
    assert runs(page)[0][0] == 'Sun 12 Oct 2031 04:30'


def test_no_run_stands_after_the_last_day(berliner):
    day = {'first': '2031-05-01T00:00', 'end': '2031-05-02'}
    page = preview(berliner, frequency='daily', at='04:30', **day)
    assert len(runs(page)) == 2
    page = preview(berliner, frequency='daily', at='04:30', end='2020-05-02')
    (sentence,) = page.of_class('text-danger')
    assert sentence == "It does not run before its last day."


def test_a_schedule_in_utc_has_one_column(visitor):
    page = preview(visitor('demo'), frequency='hourly', minute='7', zone='UTC')
    assert words(page) == 'Every hour at minute 7'
    assert page.all('//th[@scope="col"]')[0] == 'UTC'
    utc = [both[1:] for both in expected('7 * * * *', 'UTC')]
    assert runs(page) == utc


@pytest.mark.parametrize(
    ('pattern', 'values'),
    [
        ('15  2 * * 1', {'frequency': 'weekly', 'at': '02:15'}),
        ('5 * * * *', {'frequency': 'hourly', 'minute': '5'}),
        ('@daily', {'frequency': 'daily', 'pattern': '0 0 * * *'}),
        ('*/15 * * * *', {'frequency': 'custom', 'pattern': '*/15 * * * *'}),
    ],
)
def test_it_says_which_fields_mean_the_pattern(berliner, pattern, values):
    page = preview(berliner, frequency='custom', pattern=pattern)
    (shown,) = page.root.xpath('//*[@data-protection-values]')
    found = json.loads(shown.get('data-protection-values'))
    assert found | values == found


@pytest.mark.parametrize(
    ('typed', 'sentence'),
    [
        (
            {'frequency': 'weekly', 'weekday': '1', 'at': '23:10'},
            'Every Monday at 23:10',
        ),
        (
            {'frequency': 'monthly', 'day': '3', 'at': '05:05'},
            'On day 3 of every month at 05:05',
        ),
        (
            {'frequency': 'custom', 'pattern': '*/15 * * * *'},
            'Every 15 minutes',
        ),
        ({'frequency': 'custom', 'pattern': '@daily'}, 'Every day at 00:00'),
    ],
)
def test_it_says_any_schedule_in_words(visitor, typed, sentence):
    page = preview(visitor('demo'), zone='UTC', **typed)
    assert words(page) == sentence


@pytest.mark.parametrize(
    ('typed', 'start'),
    [
        ({'pattern': '0 0 31 2 *'}, "This pattern never runs"),
        ({'pattern': '<script>alert(1)</script>'}, "A pattern has exactly"),
        ({'pattern': '* * * * *', 'zone': '<i>'}, "Select a valid choice."),
        ({}, "This field is required."),
    ],
)
def test_it_says_what_is_wrong_instead(berliner, typed, start):
    page = preview(berliner, frequency='custom', **typed)
    (sentence,) = page.of_class('text-danger')
    assert sentence.startswith(start)
    assert runs(page) == []
    assert page.root.xpath('//script | //i') == []


def test_the_form_starts_in_the_users_zone_with_its_preview(berliner, demo):
    volume = factories.volume(demo)
    address = f'/project/protection_plans/schedule/volume/{volume.id}/'
    page = berliner.page(address)
    assert page.values['zone'] == BERLIN
    assert words(page) == f"Every day at {page.values['at']}"
    assert len(runs(page)) == 5
    (box,) = page.root.xpath('//*[@data-protection-preview]')
    its_own = f'{PREVIEW}volume/{volume.id}/'
    assert box.get('data-protection-preview') == its_own
    assert "Keeps 7 daily" in page.all('//*[@class="protection-keeps"]')
    assert box.get('aria-live') == 'polite'
