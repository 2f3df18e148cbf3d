# SPDX-License-Identifier: Apache-2.0
"""The policy for Mistral that is shipped: readers change nothing."""

import os

from mistral import policies
from oslo_config import cfg
from oslo_policy import policy
import pytest
import yaml

from cloud.services.mistral.service import POLICY

PROJECT = {'project_id': 'p', 'user_id': 'u'}
RULES = {rule.name: rule for rule in policies.list_rules()}
OPERATIONS = {name: rule for name, rule in RULES.items() if ':' in name}
WRITES = {
    name
    for name, rule in OPERATIONS.items()
    if {operation['method'] for operation in rule.operations} != {'GET'}
}
READS = OPERATIONS.keys() - WRITES


def enforcer(path=os.devnull):
    """As Mistral has it: its own rules, but for those of a file."""
    conf = cfg.ConfigOpts()
    conf([], project='mistral', default_config_files=[])
    made = policy.Enforcer(conf, policy_file=str(path))
    made.register_defaults(policies.list_rules())
    made.load_rules()
    return made


@pytest.fixture(scope='module')
def default():
    return enforcer()


@pytest.fixture(scope='module')
def shipped():
    return enforcer(POLICY)


def may(rules, operation, *roles):
    credentials = {
        **PROJECT,
        'roles': roles,
        'is_admin': 'admin' in roles,
    }
    return rules.authorize(operation, PROJECT, credentials)


def test_it_names_every_operation_that_writes_and_no_others():
    """A new one of a new Mistral needs a line in the file."""
    named = yaml.safe_load(POLICY.read_text('utf-8'))
    assert {name for name in named if ':' in name} == WRITES


@pytest.mark.parametrize('operation', sorted(WRITES))
def test_a_write_takes_a_role(default, shipped, operation):
    assert not may(shipped, operation, 'reader')
    assert not may(shipped, operation)
    assert may(shipped, operation, 'admin')
    for role in ('member', 'manager'):
        allowed = may(shipped, operation, role)
        assert allowed == may(default, operation, role), role


@pytest.mark.parametrize('operation', sorted(READS))
def test_a_read_takes_what_it_took(default, shipped, operation):
    for role in ('reader', 'member', 'manager', 'admin'):
        allowed = may(shipped, operation, role)
        assert allowed == may(default, operation, role), role


def test_nobody_writes_in_the_project_of_others(shipped):
    credentials = {**PROJECT, 'roles': ['member'], 'is_admin': False}
    other = {'project_id': 'other'}
    assert not shipped.authorize('workflows:update', other, credentials)
