# SPDX-License-Identifier: Apache-2.0
"""The preview under a schedule, computed on the server while typing."""

import datetime
import zoneinfo

import pytest

from protection_dashboard import schedules
from tests import plants
from tests.pages.conftest import Visitor

PREVIEW = '/project/protection_schedules/preview/'
BERLIN = 'Europe/Berlin'
FORMAT = '%a %d %b %H:%M'
NOTE = "The workflow service counts in UTC"


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


def expected(utc_pattern, zone):
    """The next five runs of a pattern as the preview writes them."""
    now = datetime.datetime.now(datetime.UTC)
    moments = schedules.next_runs(utc_pattern, 'UTC', now)
    local = zoneinfo.ZoneInfo(zone)
    return [
        [f'{at.astimezone(local):{FORMAT}}', f'{at:{FORMAT}}']
        for at in moments
    ]


def preview(user, **typed):
    return user.page(PREVIEW, **{'zone': BERLIN, **typed})


def test_it_says_the_schedule_and_five_runs_in_both_zones(berliner):
    page = preview(berliner, frequency='daily', at='04:30')
    now = datetime.datetime.now(datetime.UTC)
    utc_pattern = schedules.utc_pattern('30 4 * * *', BERLIN, now)
    assert words(page) == 'Every day at 04:30'
    assert runs(page) == expected(utc_pattern, BERLIN)
    assert len(runs(page)) == 5
    heads = page.all('//th[@scope="col"]')
    assert heads[:2] == [BERLIN, 'UTC']


def test_it_follows_the_users_zone_not_the_schedules(berliner):
    page = preview(berliner, frequency='daily', at='04:30', zone='UTC')
    assert runs(page) == expected('30 4 * * *', BERLIN)


def test_a_user_in_utc_sees_one_column(visitor):
    page = preview(visitor('demo'), frequency='hourly', minute='7')
    assert words(page) == 'Every hour at minute 7'
    assert page.all('//th[@scope="col"]')[0] == 'UTC'
    utc = [both[1] for both in expected('7 * * * *', 'UTC')]
    assert [cells[0] for cells in runs(page)] == utc


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
    ('zone', 'pattern', 'moves'),
    [
        (BERLIN, '30 4 * * *', True),
        (BERLIN, '30 4 * * 1', True),
        (BERLIN, '15 * * * *', False),
        ('UTC', '30 4 * * *', False),
        ('Asia/Kolkata', '30 4 * * *', False),
    ],
)
def test_it_warns_of_the_clocks_only_where_times_move(
    berliner, zone, pattern, moves
):
    page = preview(berliner, frequency='custom', pattern=pattern, zone=zone)
    notes = page.of_class('help-block')
    assert [note.startswith(NOTE) for note in notes] == [True] * moves
    assert all(f'the clocks of {zone} change on' in note for note in notes)


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
    volume = plants.volume(demo)
    address = f'/project/protection_plans/schedule/volume/{volume.id}/'
    page = berliner.page(address)
    assert page.values['zone'] == BERLIN
    assert words(page) == f"Every day at {page.values['at']}"
    assert len(runs(page)) == 5
    (box,) = page.root.xpath('//*[@data-protection-preview]')
    assert box.get('data-protection-preview') == PREVIEW
    assert box.get('aria-live') == 'polite'
