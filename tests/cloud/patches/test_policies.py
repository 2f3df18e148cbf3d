# SPDX-License-Identifier: Apache-2.0
"""What a policy file says is read once, and when someone asks for it."""

import os

from oslo_config import cfg
from oslo_policy import policy
import pytest

from cloud.patches import policies

policies.install()


@pytest.fixture
def path(tmp_path):
    written = tmp_path / 'policy.yaml'
    written.write_text('look: role:reader')
    return written


@pytest.fixture
def enforcer(path):
    conf = cfg.ConfigOpts()
    conf([])
    made = policy.Enforcer(conf, policy_file=str(path))
    made.register_default(policy.RuleDefault('change', 'role:member'))
    return made


def allowed(enforcer, *rules):
    creds = {'roles': ['reader']}
    return [enforcer.enforce(rule, {}, creds) for rule in rules]


def edit(path):
    path.write_text('look: role:admin')
    later = path.stat().st_mtime + 10
    os.utime(path, (later, later))


def test_the_file_and_the_defaults_count(enforcer):
    assert allowed(enforcer, 'look', 'change') == [True, False]


def test_an_edited_file_counts_when_it_is_loaded_anew(enforcer, path):
    allowed(enforcer, 'look')
    edit(path)
    assert allowed(enforcer, 'look') == [True]
    enforcer.load_rules(force_reload=True)
    assert allowed(enforcer, 'look') == [False]


def test_a_rule_that_is_registered_later_counts(enforcer):
    allowed(enforcer, 'look')
    enforcer.register_default(policy.RuleDefault('list', 'role:reader'))
    assert allowed(enforcer, 'list') == [True]
