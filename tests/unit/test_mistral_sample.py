# SPDX-License-Identifier: Apache-2.0
"""The sample of mistral.conf, read by the options that Mistral registers."""

import dataclasses
from pathlib import Path
import re

from keystonemiddleware.auth_token import _opts as auth_token
from mistral import config as mistral
from oslo_config import cfg
from oslo_messaging import opts as messaging
from oslo_policy import opts as policy
import pytest

from protection_dashboard.mistral_actions import action
from protection_dashboard.mistral_actions import version
from protection_dashboard.reports.health import mistral as health
from protection_dashboard.settings import Settings

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / 'doc' / 'source' / 'install' / 'mistral.conf.sample'
_OPTION = re.compile(r'^(#?)([a-z]\w*) =')


def lines():
    """``(section, name, whether it is set)`` of each option."""
    section = ''
    for line in SAMPLE.read_text('utf-8').splitlines():
        if line.startswith('['):
            section = line.strip('[]')
        elif found := _OPTION.match(line):
            yield section, found[2], not found[1]
        else:
            assert not line or line.startswith('# '), line


OPTIONS = list(lines())
MISTRALS = [one for one in OPTIONS if one[0] != action.GROUP]


def registered():
    """An oslo.config with all options of Mistral and of this package."""
    conf = cfg.ConfigOpts()
    for source in (mistral, messaging, policy, auth_token):
        for group, options in source.list_opts():
            name = getattr(group, 'name', group)
            conf.register_opts(options, group=name)
    conf.register_opts(action.OPTIONS, group=action.GROUP)
    return conf


@pytest.fixture(scope='module')
def defaults():
    conf = registered()
    conf([], default_config_files=[])
    return conf


@pytest.fixture(scope='module')
def sample(tmp_path_factory):
    """All options of the sample, also those behind a ``#``."""
    path = tmp_path_factory.mktemp('mistral') / 'mistral.conf'
    text = SAMPLE.read_text('utf-8')
    path.write_text(re.sub(r'(?m)^#(?=[a-z]\w* =)', '', text), 'utf-8')
    conf = registered()
    conf([], default_config_files=[str(path)])
    return conf


def value(conf, section, name):
    return conf[name] if section == 'DEFAULT' else conf[section][name]


@pytest.mark.parametrize(
    ('section', 'name', 'is_set'),
    MISTRALS,
    ids=[f'{section}.{name}' for section, name, _set in MISTRALS],
)
def test_what_is_set_differs_from_the_default_and_the_rest_is_it(
    section, name, is_set, sample, defaults
):
    """Reading an option fails if nobody registers it or its type is wrong."""
    theirs = value(defaults, section, name)
    assert (value(sample, section, name) != theirs) == is_set


def test_no_option_stands_there_twice():
    names = [(section, name) for section, name, _set in OPTIONS]
    assert len(names) == len({*names}) > 30


def test_our_section_has_each_setting_with_its_default(sample):
    listed = {
        name for section, name, _set in OPTIONS if section == action.GROUP
    }
    assert listed == {field.name for field in dataclasses.fields(Settings)}
    found = action.operator_settings(sample)
    assert found.hosts == ()
    assert found.domains == ()
    without = dataclasses.replace(found, notify_hosts=(), notify_domains=())
    assert without == Settings()


def test_a_step_ends_before_mistral_gives_it_up(sample):
    """Mistral goes on without the login of the run after it has given up."""
    group = sample.action_heartbeat
    given_up = group.check_interval * group.max_missed_heartbeats
    assert given_up > health.STEP_LIMIT
    assert 60 * Settings.lost_after_minutes > health.STEP_LIMIT


def test_health_finds_the_sample_fine_and_mistrals_defaults_not(
    sample, defaults
):
    states = [
        health.check_settings(
            Settings(),
            version.mistral_settings(conf, Settings.lost_after_minutes),
        ).state
        for conf in (sample, defaults)
    ]
    assert states == ['ok', 'warning']


def test_the_page_tells_how_long_a_step_takes():
    page = SAMPLE.with_name('mistral.rst').read_text('utf-8')
    assert f'at most {health.STEP_LIMIT} seconds' in page


def test_the_history_outlives_a_month(sample):
    """Runs of a monthly schedule are found among the executions."""
    assert sample.execution_expiration_policy.older_than > 31 * 24 * 60


def test_the_policy_is_where_the_documentation_copies_it(sample):
    page = ROOT / 'doc' / 'source' / 'configuration' / 'index.rst'
    assert sample.oslo_policy.policy_file in page.read_text('utf-8')
