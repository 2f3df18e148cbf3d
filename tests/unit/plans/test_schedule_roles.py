# SPDX-License-Identifier: Apache-2.0
"""Who has to agree to the roles of a schedule, and who may not arm one."""

import pytest

from protection_dashboard import exceptions
from protection_dashboard import settings
from protection_dashboard.api.cloud import Cloud
from protection_dashboard.plans import schedule_roles

MEMBER = {'member', 'reader'}
ADMIN = {'admin', 'manager', *MEMBER}
SENTENCE = (
    "This schedule runs with all your roles, admin, manager among them; "
    "whoever may change this plan acts with them."
)


def cloud_with(roles, **configured):
    chosen = settings.RoleSettings(**configured)
    return Cloud('', '', [], roles=frozenset(roles), role_settings=chosen)


@pytest.mark.parametrize(
    ('roles', 'usual', 'more'),
    [
        ((), (), []),
        (('reader',), (), []),
        (MEMBER, (), []),
        (('Member', 'READER'), (), []),
        (('_member_',), (), ['_member_']),
        ((*MEMBER, 'creator'), (), ['creator']),
        ((*MEMBER, 'creator'), ('Creator',), []),
        (ADMIN, (), ['admin', 'manager']),
        (ADMIN, ('manager',), ['admin']),
        (ADMIN, ('admin', 'manager'), []),
        (('member ',), (), ['member ']),
    ],
)
def test_which_roles_are_more_than_usual(roles, usual, more):
    cloud = cloud_with(roles, schedule_roles=usual)
    assert schedule_roles.more_roles(cloud) == more
    assert schedule_roles.must_confirm(cloud) == bool(more)


@pytest.mark.parametrize('confirmed', [True, False])
@pytest.mark.parametrize('rule', ['ask', 'forbid', 'allow'])
def test_whoever_has_only_the_usual_roles_is_not_asked(rule, confirmed):
    cloud = cloud_with(MEMBER, schedule_more_roles=rule)
    assert not schedule_roles.must_confirm(cloud)
    schedule_roles.check_roles(cloud, confirmed=confirmed)


def test_whoever_has_more_is_asked_and_told_what_it_means():
    cloud = cloud_with(ADMIN)
    assert str(schedule_roles.sentence(cloud)) == SENTENCE
    schedule_roles.check_roles(cloud, confirmed=True)
    with pytest.raises(schedule_roles.RolesNotConfirmed) as raised:
        schedule_roles.check_roles(cloud, confirmed=False)
    assert "admin, manager among them: confirm it" in str(raised.value)
    assert str(raised.value.words) == str(raised.value)


@pytest.mark.parametrize('confirmed', [True, False])
def test_the_operator_forbids_it_whatever_is_confirmed(confirmed):
    cloud = cloud_with(ADMIN, schedule_more_roles='forbid')
    assert not schedule_roles.must_confirm(cloud)
    with pytest.raises(exceptions.Refused, match="operator") as raised:
        schedule_roles.check_roles(cloud, confirmed=confirmed)
    assert type(raised.value) is exceptions.Refused


@pytest.mark.parametrize('confirmed', [True, False])
def test_the_operator_allows_it_without_a_question(confirmed):
    cloud = cloud_with(ADMIN, schedule_more_roles='allow')
    assert not schedule_roles.must_confirm(cloud)
    schedule_roles.check_roles(cloud, confirmed=confirmed)


@pytest.mark.parametrize('odd', ['no', '', 'ASK', True, 1, ['allow'], b'ask'])
def test_another_word_of_the_operator_s_is_ask(odd, caplog):
    given = {'schedule_more_roles': odd, 'schedule_roles': ('creator',)}
    found = settings.RoleSettings.from_settings(lambda f: given[f.name])
    assert found == settings.RoleSettings(('creator',), 'ask')
    (line,) = caplog.messages
    assert 'schedule_more_roles' in line
    assert 'ask, forbid, allow' in line


def test_what_is_not_set_asks():
    assert settings.RoleSettings.from_settings(lambda _field: None) == (
        settings.RoleSettings((), 'ask')
    )
