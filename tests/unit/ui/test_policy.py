# SPDX-License-Identifier: Apache-2.0
"""Who may do what of ours with files of any kind: nobody, when in doubt."""

import itertools
import logging
import os
import types

from hypothesis import HealthCheck
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies
import pytest
import yaml

from protection_dashboard.panels.admin_health import policy_check
from protection_dashboard.ui import policy

ROLES = ('reader', 'member', 'manager', 'admin', 'auditor')
#: who passes which of the rules that are delivered
DELIVERED = {
    'reader': (policy.LOOK,),
    'member': (policy.LOOK, policy.CHANGE),
    'manager': (policy.LOOK, policy.CHANGE),
    'admin': policy.NAMES,
    'auditor': (),
}
CHOSEN = itertools.count()


def user(*roles):
    return types.SimpleNamespace(
        is_authenticated=True,
        is_superuser='admin' in roles,
        id='u1',
        username='ann',
        project_id='p1',
        project_name='web',
        user_domain_id='default',
        roles=[{'name': role} for role in roles],
    )


@pytest.fixture
def files(tmp_path):
    """``files(text)``: Files whose override, a new one, has that text."""

    def make(text=None, **facts):
        path = tmp_path / f'{next(CHOSEN)}.yaml'
        if text is not None:
            path.write_bytes(text.encode('utf-8', 'surrogatepass'))
        return policy.Files(override=str(path), **facts)

    return make


def allowed(found):
    """``{role: names of the rules that it passes}``."""
    return {
        role: tuple(
            n for n in policy.NAMES if policy.passes(found, n, user(role))
        )
        for role in ROLES
    }


def closed(found):
    return not any(allowed(found).values())


@pytest.mark.parametrize('text', [None, '', '# nothing changed\n', '{}'])
def test_without_rules_of_an_operator_those_delivered_count(files, text):
    found = policy.policy_of(files(text))
    assert allowed(found) == DELIVERED
    assert (found.problem, found.changed, found.unknown) == (None, (), ())
    assert policy_check.policy_check(found).state == 'ok'


def test_an_operator_s_rule_replaces_one(files):
    found = policy.policy_of(
        files('"protection:change": "role:auditor or rule:ours"\n"ours": "!"')
    )
    assert allowed(found) == {
        **DELIVERED,
        'member': (policy.LOOK,),
        'manager': (policy.LOOK,),
        'admin': (policy.LOOK, policy.ADMIN),
        'auditor': (policy.CHANGE,),
    }
    check = policy_check.policy_check(found)
    assert check.state == 'ok'
    assert 'changes protection:change.' in str(check.message)


BROKEN = {
    'cannot be parsed': '"protection:change": "role:admin"\n  bad: [',
    'tab': 'a:\n\t- b',
    'list': '- name: protection:look\n  check_str: role:reader\n',
    'list of texts': '- protection:look',
    'text': 'protection:look',
    'number': '7',
    'null': '"protection:change":\n',
    'null of another rule': '"ours": ~',
    'number as rule': '"protection:look": 1',
    'truth as rule': '"protection:look": true',
    'list as rule': '"protection:look": [["role:reader"]]',
    'empty list as rule': '"protection:look": []',
    'mapping as rule': '"protection:look": {role: admin}',
    'itself': '"protection:look": "rule:protection:look"',
    'circle': '"a": "rule:b"\n"b": "rule:a"\n"protection:look": "rule:a"',
    'no such rule': '"protection:admin": "rule:nothing"',
    'object': '!!python/object/apply:os.getcwd []',
    'no text': '\x00\x01',
    'half a character': '"protection:look": "\ud800"',
    'two documents': '"a": "@"\n---\n"b": "@"',
}


@pytest.mark.parametrize('text', BROKEN.values(), ids=BROKEN)
def test_a_broken_file_closes_everything_and_says_why(files, text, caplog):
    given = files(text)
    with caplog.at_level(logging.ERROR, policy.__name__):
        found = [policy.policy_of(given) for _time in range(3)]
    assert closed(found[-1])
    (said,) = [r for r in caplog.records if r.name == policy.__name__]
    assert str(found[-1].problem) in said.getMessage()
    check = policy_check.policy_check(found[-1])
    assert check.state == 'failed'
    assert str(check.message).startswith('Nobody may do anything: ')


def test_a_file_that_the_operator_names_has_to_be_there(files):
    assert closed(policy.policy_of(files(is_chosen=True)))
    assert closed(policy.policy_of(policy.Files(defaults='/nowhere.yaml')))
    assert closed(policy.policy_of(policy.Files(override='/')))


def test_a_link_to_nowhere_is_a_file_that_is_lost(tmp_path):
    path = tmp_path / 'link.yaml'
    path.symlink_to(tmp_path / 'nowhere.yaml')
    assert closed(policy.policy_of(policy.Files(override=str(path))))


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_file_that_may_not_be_read_closes_everything(files):
    given = files('"protection:look": "role:admin"')
    os.chmod(given.override, 0)
    assert closed(policy.policy_of(given))


@pytest.mark.parametrize(
    'text',
    [
        '',
        'a: b',
        '- 5',
        '- name: protection:look',
        '- {name: a, check_str: b}',
    ],
)
def test_a_file_of_defaults_of_another_shape_closes_everything(tmp_path, text):
    path = tmp_path / 'defaults.yaml'
    path.write_text(text)
    assert closed(policy.policy_of(policy.Files(defaults=str(path))))


def test_files_of_a_folder_count_and_each_change_does(tmp_path, files):
    given = files(folders=(str(tmp_path / 'policy.d'),))
    assert allowed(policy.policy_of(given)) == DELIVERED
    (tmp_path / 'policy.d').mkdir()
    path = tmp_path / 'policy.d' / 'own.yaml'
    path.write_text('"protection:look": "role:auditor"')
    assert allowed(policy.policy_of(given))['auditor'] == (policy.LOOK,)
    path.write_text('[')
    assert closed(policy.policy_of(given))
    path.unlink()
    assert allowed(policy.policy_of(given)) == DELIVERED


@pytest.mark.parametrize(
    ('text', 'said'),
    [
        ('"protection:chnge": "role:admin"', 'there is not: protection:chnge'),
        ('"Protection:look": "role:admin"', 'there is not: Protection:look'),
        ('"protection:change": ""', 'what protection:change is about'),
        ('"protection:admin": "@"', 'what protection:admin is about'),
        ('"protection:look": "role:a or @"', 'protection:look is about'),
        ('"protection:look": "not role:nobody"', 'protection:look is about'),
    ],
)
def test_a_slip_that_opens_something_is_a_warning(files, text, said):
    check = policy_check.policy_check(policy.policy_of(files(text)))
    assert check.state == 'warning'
    assert said in str(check.message)


def test_a_rule_that_cannot_be_understood_lets_nobody_pass(files):
    found = policy.policy_of(files('"protection:look": "role:reader or ("'))
    assert policy.LOOK not in {
        n for names in allowed(found).values() for n in names
    }


def test_who_is_not_logged_in_passes_nothing(files):
    nobody = types.SimpleNamespace(is_authenticated=False)
    found = policy.policy_of(files('"protection:look": "@"'))
    assert not policy.passes(found, policy.LOOK, nobody)


_ANY = strategies.recursive(
    strategies.none() | strategies.booleans() | strategies.text(max_size=9),
    lambda inner: (
        strategies.lists(inner, max_size=3)
        | strategies.dictionaries(
            strategies.sampled_from([*policy.NAMES, 'a', 'rule:a']),
            inner,
            max_size=3,
        )
    ),
    max_leaves=6,
)


@given(content=_ANY)
@settings(
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    deadline=None,
)
def test_no_content_raises_anything(files, content):
    found = policy.policy_of(files(yaml.safe_dump(content)))
    assert (found.enforcer is None) == (found.problem is not None)
    assert isinstance(allowed(found), dict)
    assert policy_check.policy_check(found).state in (
        'ok',
        'warning',
        'failed',
    )
