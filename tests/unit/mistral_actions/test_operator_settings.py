# SPDX-License-Identifier: Apache-2.0
"""The operator's settings, as Horizon and mistral.conf give them."""

import dataclasses

from django import test
from oslo_config import cfg
import pytest

from protection_dashboard.api import cloud as clouds
from protection_dashboard.mistral_actions import action
from protection_dashboard.plans.limits import Limits
from protection_dashboard.settings import Settings
from protection_dashboard.ui import request_user

NUMBERS = [f for f in dataclasses.fields(Settings) if f.type is int]
names = pytest.mark.parametrize('field', NUMBERS, ids=lambda f: f.name)


def of_horizon(**given):
    return Settings.from_settings(lambda field: given.get(field.name))


@pytest.fixture
def of_mistral(tmp_path):
    """The settings of a section ``[protection]`` with some lines."""

    def read(*lines):
        path = tmp_path / 'mistral.conf'
        path.write_text('\n'.join(['[protection]', *lines]))
        conf = cfg.ConfigOpts()
        conf([], default_config_files=[str(path)])
        conf.register_opts(action.OPTIONS, group=action.GROUP)
        return action.operator_settings(conf)

    return read


def test_what_is_unset_has_its_default(of_mistral):
    assert of_mistral() == of_horizon() == Settings()


@names
@pytest.mark.parametrize('end', ['least', 'most'])
def test_numbers_within_their_range_are_used(field, end, of_mistral):
    number = field.metadata[end]
    found = (
        of_horizon(**{field.name: number}),
        of_mistral(f'{field.name} = {number}'),
    )
    assert [getattr(one, field.name) for one in found] == [number, number]


@names
def test_the_default_is_within_its_range(field):
    least, most = field.metadata['least'], field.metadata['most']
    assert least <= field.default <= most


@names
@pytest.mark.parametrize('end', ['least', 'most'])
def test_a_number_out_of_its_range_is_told_and_not_used(
    field, end, of_mistral, caplog
):
    wrong = field.metadata[end] + (1 if end == 'most' else -1)
    assert of_horizon(**{field.name: wrong}) == Settings()
    assert of_mistral(f'{field.name} = {wrong}') == Settings()
    assert caplog.text.count(f'setting {field.name} of') == 2


@names
@pytest.mark.parametrize('wrong', ['8', 8.5, True, [8], {}, object()])
def test_what_is_no_number_is_told_and_not_used(field, wrong, caplog):
    assert of_horizon(**{field.name: wrong}) == Settings()
    assert field.name in caplog.text


@names
def test_a_word_in_place_of_a_number_costs_its_own_setting(
    field, of_mistral, caplog
):
    found = of_mistral(f'{field.name} = many', 'freezer_storage = local')
    assert found == Settings(freezer_storage='local')
    assert field.name in caplog.text


WRONG = [5, -1.5, 'x', b'x', [5], [None], {'a': 5}, {5: 'a'}, object(), True]
#: field -> those of WRONG that are right there
RIGHT = {
    'notify_hosts': ['x'],
    'notify_domains': ['x'],
    'keep_everything': [True],
}


@pytest.mark.parametrize('cls', [Settings, Limits])
def test_a_setting_of_a_wrong_type_is_told_and_not_used(cls, caplog):
    default = cls()
    for field in dataclasses.fields(cls):
        for wrong in WRONG:
            if _is_right(field, wrong):
                continue
            caplog.clear()
            found = cls.from_settings(
                lambda one, field=field, wrong=wrong: (
                    wrong if one is field else None
                )
            )
            assert found == default, (field.name, wrong)
            assert caplog.text.count(f'setting {field.name} of') == 1


def _is_right(field, wrong):
    is_text = field.type is str and wrong == 'x'
    is_number = field.type is int and wrong == 5
    return is_text or is_number or wrong in RIGHT.get(field.name, ())


@pytest.mark.parametrize(
    ('name', 'wrong'),
    [
        ('methods', 'freezer'),
        ('default_retention', {'daily': 0}),
        ('default_retention', {'dayly': 7}),
        ('presets', [('7 days', {'days': '7'})]),
        ('presets', [('7 days',)]),
        ('presets', {'7 days': {'days': 7}}),
    ],
)
def test_a_limit_of_another_shape_is_told_and_not_used(name, wrong, caplog):
    given = {name: wrong}
    assert Limits.from_settings(lambda f: given.get(f.name)) == Limits()
    assert f'setting {name} of' in caplog.text


@pytest.mark.parametrize('wrong', ['10', None, 0, -1, True, 10**9, [1]])
def test_a_timeout_of_a_wrong_type_is_told_and_not_used(wrong, caplog):
    with test.override_settings(PROTECTION_TIMEOUT=wrong):
        assert request_user.operator_timeout() == clouds.READ_TIMEOUT
    assert 'PROTECTION_TIMEOUT' in caplog.text
    with test.override_settings(PROTECTION_TIMEOUT=2.5):
        assert request_user.operator_timeout() == 2.5
