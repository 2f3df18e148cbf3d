# SPDX-License-Identifier: Apache-2.0
"""The example of the README for an operator's own rules."""

from pathlib import Path
import textwrap

from oslo_config import cfg
from oslo_policy import policy
import pytest
import yaml

ROOT = Path(__file__).parents[2]
DEFAULTS = ROOT / 'protection_dashboard' / 'policy' / 'defaults.yaml'


@pytest.fixture(scope='module')
def example():
    """The text of the block below the file's name."""
    text = (ROOT / 'README.rst').read_text('utf-8')
    block = text.partition('``protection_policy.yaml``')[2]
    block = block.partition('::\n\n')[2].partition('\n\n')[0]
    return textwrap.dedent(block)


@pytest.fixture(scope='module')
def rules(example, tmp_path_factory):
    """As Horizon has them: ours, and those of the file."""
    path = tmp_path_factory.mktemp('policy') / 'protection_policy.yaml'
    path.write_text(example)
    conf = cfg.ConfigOpts()
    conf([], default_config_files=[])
    made = policy.Enforcer(conf, policy_file=str(path))
    made.register_defaults(
        policy.RuleDefault(rule['name'], rule['check_str'])
        for rule in yaml.safe_load(DEFAULTS.read_text('utf-8'))
    )
    made.load_rules()
    return made


@pytest.mark.parametrize(
    ('role', 'allowed'),
    [
        ('reader', {'look'}),
        ('member', {'look'}),
        ('backup_operator', {'change'}),
        ('auditor', {'admin'}),
        ('admin', {'look', 'change', 'admin'}),
    ],
)
def test_it_replaces_what_it_names(rules, role, allowed):
    assert {
        name
        for name in ('look', 'change', 'admin')
        if rules.authorize(f'protection:{name}', {}, {'roles': [role]})
    } == allowed


def test_it_names_nothing_else(example):
    known = yaml.safe_load(DEFAULTS.read_text('utf-8'))
    assert set(yaml.safe_load(example)) < {rule['name'] for rule in known}
