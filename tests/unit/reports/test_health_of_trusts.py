# SPDX-License-Identifier: Apache-2.0
"""No text of a tenant's raises an alarm about trusts; Keystone's facts do."""

import collections
import json

from hypothesis import given
from hypothesis import strategies as st
import pytest

from protection_dashboard.api.keystone import ProjectRole
from protection_dashboard.api.keystone import Trust
from protection_dashboard.reports import health
from protection_dashboard.reports.health import administrators
from protection_dashboard.reports.health import trusts

MISTRAL = 'm'
#: user id -> name
PEOPLE = {'a': 'ann', 'b': 'bob', 'r': 'root'}
PROJECTS = [
    {'id': 'p', 'name': 'shop', 'enabled': True},
    {'id': 'q', 'name': 'mail', 'enabled': True},
    {'id': 'off', 'name': 'old', 'enabled': False},
]
NAMES = {one['id']: one['name'] for one in PROJECTS}
ODD = '<b>you</b>\n' + 'x' * 10_000


class Trigger:
    def __init__(self, project, armed_by='', name='protection.schedule.x'):
        self.name, self.project_id = name, project
        env = {'armed_by': armed_by} if armed_by else {}
        self.workflow_params = json.dumps({'env': env})


def role(user, project, name='member'):
    return ProjectRole(user, PEOPLE[user], project, name)


ROLES = [
    role('a', 'p'),
    role('b', 'p'),
    role('b', 'q'),
    role('a', 'off'),
    role('r', 'p', 'admin'),
    role('r', 'p', 'reader'),
]


def users(*disabled, without=()):
    return [
        {'id': id_, 'name': name, 'enabled': name not in disabled}
        for id_, name in PEOPLE.items()
        if name not in without
    ]


def void(triggers, given_trusts, roles=ROLES, people=None):
    facts = trusts.TrustFacts(
        triggers, given_trusts, people or users(), PROJECTS, roles
    )
    return dict(facts.void_owners())


def trust(user, project, trustee=MISTRAL):
    return Trust(user, trustee, project)


@pytest.mark.parametrize(
    ('triggers', 'given_trusts', 'people', 'roles', 'found'),
    [
        ([], [], None, ROLES, {}),
        ([('p', 'ann')], [('a', 'p')], None, ROLES, {}),
        # who has left the project, or is disabled
        ([('q', 'ann')], [('a', 'q')], None, ROLES, {('ann', 'q'): 1}),
        ([('p', 'ann')], [('a', 'p')], users('ann'), ROLES, {('ann', 'p'): 1}),
        ([('off', 'ann')], [('a', 'off')], None, ROLES, {('ann', 'off'): 1}),
        # who was deleted, with the trusts
        ([('p', 'gone')], [], None, ROLES, {('', 'p'): 1}),
        (
            [('p', 'gone'), ('p', 'ann')],
            [('a', 'p')],
            None,
            ROLES,
            {('', 'p'): 1},
        ),
        # of a domain that Keystone does not list
        ([('q', 'eve')], [('e', 'q')], None, ROLES, {('', 'q'): 1}),
        ([('p', 'ann')], [('a', 'p')], users(without=('ann',)), ROLES, {}),
        # a trust that stayed when its trigger was deleted
        ([], [('a', 'q')], None, ROLES, {}),
        ([('q', 'bob')], [('b', 'q'), ('a', 'q')], None, ROLES, {}),
    ],
)
def test_what_keystone_tells(triggers, given_trusts, people, roles, found):
    assert (
        void(
            [Trigger(*one) for one in triggers],
            [trust(*one) for one in given_trusts],
            roles,
            people,
        )
        == found
    )


@given(
    st.lists(
        st.sampled_from(['', 'ann', 'root', 'gone', ODD]) | st.text(),
        max_size=8,
    )
)
def test_no_name_that_a_tenant_writes_is_an_alarm(written):
    """Each trigger has a trust of bob's, who has made it."""
    triggers = [Trigger('p', name) for name in written]
    assert void(triggers, [trust('b', 'p')] * len(written)) == {}


@given(st.lists(st.text(), min_size=3, max_size=3))
def test_a_name_makes_no_more_of_an_alarm_than_there_is(written):
    """Of three triggers one has lost its trust."""
    triggers = [Trigger('p', name) for name in written]
    found = void(triggers, [trust('b', 'p')] * 2)
    assert sum(found.values()) <= 1
    assert found.keys() <= {('', 'p')}


def test_a_trigger_that_is_not_ours_counts_for_its_trust_only():
    other = Trigger('p', name='nightly')
    assert void([other], []) == {}
    assert void([other, Trigger('p', 'gone')], [trust('b', 'p')]) == {
        ('', 'p'): 1
    }


@pytest.mark.parametrize('odd', [5, None, ['ann'], {'a': 1}])
def test_an_owner_that_is_no_text_is_unknown(odd):
    trigger = Trigger('p')
    trigger.workflow_params = json.dumps({'env': {'armed_by': odd}})
    assert void([trigger], [trust('b', 'p')]) == {}
    assert void([trigger], []) == {('', 'p'): 1}


def counted(given_trusts, trustees=(MISTRAL,), projects=('p', 'q')):
    return administrators.trusts_of_administrators(
        given_trusts, ROLES, trustees, projects
    )


def test_which_trusts_have_the_role_admin():
    given_trusts = [
        trust('r', 'p'),
        trust('r', 'p'),
        trust('a', 'p'),
        # no administrator there
        trust('r', 'q'),
        # not to Mistral
        trust('r', 'p', 'heat'),
    ]
    assert counted(given_trusts) == {('root', 'p'): 2}
    # where nobody knows who Mistral is
    assert counted(given_trusts, ()) == {('root', 'p'): 3}
    # a project without schedules
    assert counted(given_trusts, projects=('q',)) == {}


@pytest.mark.parametrize(
    ('found', 'allowed', 'state'),
    [
        ({}, False, 'ok'),
        ({('root', 'p'): 2}, False, 'warning'),
        ({('root', 'p'): 2}, True, 'ok'),
    ],
)
def test_the_line_of_administrators(found, allowed, state):
    check = administrators.administrators_check(
        collections.Counter(found), NAMES, allowed=allowed
    )
    assert check.state == state
    assert bool(check.advice) == (state == health.WARNING)
    if found:
        assert "2, of root in shop (2)." in str(check.message)
