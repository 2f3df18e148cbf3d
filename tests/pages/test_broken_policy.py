# SPDX-License-Identifier: Apache-2.0
"""Nobody may do anything while the operator's policy cannot be read.

Horizon's own part of that, too: its menus, and our buttons and tabs in panels
of others. The file is the one of the cloud that runs.
"""

import contextlib
import io
import json

from django.core import management
import pytest

from cloud import settings

ADDRESSES = (
    '/project/protection_overview/',
    '/project/protection_plans/',
    '/project/protection_plans/create/',
    '/project/protection_schedules/',
    '/project/protection_executions/',
    '/project/protection_points/',
    '/admin/protection_history/',
    '/admin/protection_plans/',
    '/admin/protection_health/',
)
LIST = '- name: protection:look\n  check_str: role:reader\n'
TORN = '"protection:change": "role:admin"\n  bad: [\n'


@contextlib.contextmanager
def policy_file(text):
    """A file with an operator's rules, for Horizon and for this process."""
    folder = settings.STATE / 'horizon' / 'policy.d'
    folder.mkdir(exist_ok=True)
    path = folder / 'own.yaml'
    path.write_text(text)
    try:
        yield path
    finally:
        path.unlink()


@pytest.fixture(scope='module')
def users(visitor):
    """Who may do everything as the policy is delivered, logged in before."""
    return [visitor(name) for name in ('demo', 'viewer', 'admin')]


def test_all_is_as_before_once_the_file_is_mended(users):
    with policy_file(TORN) as path:
        assert users[0].get(ADDRESSES[1]).status_code == 403
        path.write_text('')
        assert users[0].get(ADDRESSES[1]).status_code == 200
        page = users[0].text('/project/volumes/')
        assert '/project/protection_plans/' in page


def test_a_rule_that_anybody_passes_is_told_on_health(visitor):
    with policy_file('"protection:look": ""'):
        page = visitor('admin').text('/admin/protection_health/')
        assert 'Anybody may do what protection:look is about.' in page
        assert policy_line()['state'] == 'warning'


@pytest.fixture(scope='module', params=[LIST, TORN])
def broken(request):
    with policy_file(request.param) as path:
        yield path


def test_each_page_of_ours_is_closed_for_everybody(users, broken):
    for user in users:
        found = {a: user.get(a).status_code for a in ADDRESSES}
        assert {*found.values()} <= {403, 404}, found


def test_menus_and_tables_of_others_hold_nothing_of_ours(users, broken):
    for user in users:
        page = user.text('/project/volumes/')
        assert '/project/volumes/' in page
        assert 'ect/protection_' not in page
        assert '/admin/protection_' not in page


def test_forms_do_nothing(users, broken):
    for user in users:
        for address in ADDRESSES:
            answer = user.post(address, {'action': 'plans__run__x'})
            assert answer.status_code in (403, 404), address


def test_the_command_says_why(broken):
    check = policy_line()
    assert check['state'] == 'failed'
    assert check['told'].startswith('Nobody may do anything: ')
    assert str(broken) in check['told']


OPTIONS = (
    f'--os-auth-url={settings.AUTH_URL}',
    '--os-username=admin',
    f'--os-password={settings.PASSWORD}',
    '--os-project-name=admin',
    '--os-user-domain-id=default',
    '--os-project-domain-id=default',
)


def policy_line():
    """What protection_status says of the policy."""
    out = io.StringIO()
    with contextlib.suppress(SystemExit):
        management.call_command(
            'protection_status', '--format=json', *OPTIONS, stdout=out
        )
    checks = json.loads(out.getvalue())['checks']
    (found,) = [c for c in checks if c['name'] == 'Policy of the panels']
    return found
