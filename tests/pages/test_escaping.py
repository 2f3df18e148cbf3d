# SPDX-License-Identifier: Apache-2.0
"""Names that are markup stay names on every page."""

import pytest

from protection_dashboard import operations
from tests.pages.page import Page

EVIL = '"\'><script>alert(1)</script><img src=x onerror=alert(2)>{$ 7*7 $}'
# Horizon takes the sting out of Angular's markers by another character
SEEN = EVIL.replace('{$', '{%').replace('$}', '%}')
NEVER = '0 3 1 1 *'
PAGES = {
    'plans': '/project/protection_plans/',
    'plan': '/project/protection_plans/{plan}/',
    'delete a plan': '/project/protection_plans/{plan}/delete/',
    'schedule form': '/project/protection_plans/schedule/volume/{volume}/',
    'protect form': '/project/protection_plans/protect/volume/{volume}/',
    'schedules': '/project/protection_schedules/',
    'schedule': '/project/protection_schedules/{plan}/{schedule}/',
    'delete one': '/project/protection_schedules/{plan}/{schedule}/delete/',
    'executions': '/project/protection_executions/',
    'execution': '/project/protection_executions/{failed}/',
    'part': '/project/protection_executions/{failed}/part/',
    'points': '/project/protection_points/',
    'points of it': '/project/protection_points/of/volume/{volume}/',
    'restore': '/project/protection_points/restore/volume_snapshot/{point}/',
}


@pytest.fixture(scope='module')
def ids(bed, demo):
    """A plan, its volume and its point, all of the same evil name."""
    volume = bed.volume(EVIL)
    missing = bed.document(volume)
    missing['name'] = EVIL
    missing['resources'][0]['protection'] = EVIL[:60]
    failed = bed.start(missing)
    document = bed.document(volume, NEVER, description=EVIL)
    plan = operations.plan_create(demo, {**document, 'name': EVIL})
    point = bed.point(volume, plan=plan)
    assert bed.ended(failed).state == 'ERROR'
    return {
        'volume': volume.id,
        'plan': plan.id,
        'schedule': plan.schedules[0]['id'],
        'failed': failed,
        'point': point.id,
    }


def assert_harmless(content):
    assert '{$ 7' not in content
    page = Page(content)
    scripts = [text for text in page.all('//script') if 'alert(1)' in text]
    assert scripts == []
    assert page.root.xpath('//img[@onerror]') == []
    values = page.root.xpath('//input/@value')
    shown = ' '.join([page.root.text_content(), *values])
    assert SEEN in shown


@pytest.mark.parametrize('address', PAGES.values(), ids=PAGES)
def test_a_name_is_no_markup(visitor, ids, address):
    assert_harmless(visitor('demo').text(address.format(**ids)))


def test_what_was_typed_is_no_markup_either(visitor, ids):
    address = PAGES['schedule form'].format(**ids)
    answer = visitor('demo').submit(address, plan_name=EVIL)
    assert answer.status_code == 200
    assert_harmless(answer.content.decode())


@pytest.mark.parametrize(
    ('panel', 'row'),
    [('executions', '{failed}'), ('points', 'volume_snapshot:{point}')],
)
def test_a_refreshed_row_is_no_markup_either(visitor, ids, panel, row):
    answer = visitor('demo').get(
        f'/project/protection_{panel}/',
        {
            'action': 'row_update',
            'table': panel,
            'obj_id': row.format(**ids),
        },
        HTTP_X_REQUESTED_WITH='XMLHttpRequest',
    )
    assert answer.status_code == 200
    assert_harmless(f'<table>{answer.content.decode()}</table>')


def test_a_message_is_no_markup_either(visitor, ids, demo):
    """The last of the module: it deletes the failed run."""
    address = PAGES['executions']
    answer = visitor('demo').press(
        address, 'executions__delete__{failed}'.format(**ids)
    )
    assert answer.status_code == 302
    content = visitor('demo').text(address)
    (said,) = Page(content).of_class('alert-success')
    assert SEEN in said
    assert_harmless(content)
