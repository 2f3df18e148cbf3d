# SPDX-License-Identifier: Apache-2.0
"""What a plugin raises by mistake is one sentence, and costs no other."""

import logging

import pytest

from protection_dashboard import exceptions
from protection_dashboard import plugins
from protection_dashboard.common import plugin_errors
from protection_dashboard.protectables.base import Protectable
from protection_dashboard.protections.base import Protection
from tests.support import recovery_points

SENTENCE = (
    "Backup on tape failed in a way that nobody foresaw (ZeroDivisionError): "
    "ask your administrator to look into the log."
)


def _fails(*_args, **_options):
    return 1 / 0


def _fails_late(*_args, **_options):
    yield 1
    yield 1 / 0


def faulty(contract, fails=_fails):
    """An object of which everything fails that the contract asks for."""
    names = [
        name
        for name, asked in vars(contract).items()
        if callable(asked) and not name.startswith('_')
    ]
    members = {**dict.fromkeys(names, fails), 'name': "Backup on tape"}
    return type('Faulty', (contract,), members)(), names


ANSWERS = {
    **dict.fromkeys(('alone', 'includes', 'suits'), False),
    **dict.fromkeys(
        ('obstacle', 'reason', 'refusal', 'unavailable'), SENTENCE
    ),
}


@pytest.mark.parametrize('fails', [_fails, _fails_late])
@pytest.mark.parametrize('contract', [Protection, Protectable])
def test_each_method_raises_nothing_else(contract, fails, caplog):
    broken, names = faulty(contract, fails)
    guarded = plugin_errors.guard_methods(broken, contract)
    assert len(names) > 3
    for name in names:
        method = getattr(guarded, name)
        if name in ANSWERS:
            assert method() == ANSWERS[name]
            continue
        with pytest.raises(exceptions.Refused) as raised:
            method()
        assert str(raised.value) == SENTENCE
        assert isinstance(raised.value.__cause__, ZeroDivisionError)
    errors = [one for one in caplog.records if one.levelno == logging.ERROR]
    assert len(errors) == len(names)
    assert all(one.exc_info for one in errors)


def test_what_it_may_raise_and_what_it_gives_pass():
    def refuse(_cloud):
        raise exceptions.NotFound("gone")

    with pytest.raises(exceptions.NotFound, match='gone'):
        plugin_errors.guard_function(refuse, 'x')(None)
    assert plugin_errors.guard_function(lambda: (1, 2), 'x')() == (1, 2)
    assert plugin_errors.guard_function(lambda: map(str, (1, 2)), 'x')() == [
        '1',
        '2',
    ]


@pytest.mark.parametrize(
    'installed', [plugins.protections, plugins.protectables]
)
def test_all_that_is_installed_is_guarded(installed):
    for plugin in installed().values():
        for name in ('list', 'points', 'search', 'show', 'names', 'alone'):
            method = getattr(plugin, name, None)
            assert method is None or hasattr(method, '__wrapped__')
        with pytest.raises(plugin_errors.PluginError):
            plugin.show(None, recovery_points.PLAN)


WRONG = [None, 5, 'x', {'a': 1}, [None], ['x'], object(), b'', True, (5, 5)]


@pytest.mark.parametrize('contract', [Protection, Protectable])
def test_what_is_not_promised_is_told_too(contract, caplog):
    """Of ten wrong things each method may give a few, but never all."""
    _broken, names = faulty(contract)
    refused = {}
    for wrong in WRONG:
        broken, _names = faulty(contract, lambda *_a, told=wrong, **_o: told)
        guarded = plugin_errors.guard_methods(broken, contract)
        for name in names:
            try:
                found = getattr(guarded, name)()
            except plugin_errors.PluginError:
                refused.setdefault(name, []).append(wrong)
                continue
            if name in ANSWERS and found is not wrong:
                refused.setdefault(name, []).append(wrong)
                assert isinstance(found, type(ANSWERS[name]))
    # what a run calls for its effect gives nothing that anybody reads
    silent = {'prepare', 'release', 'sweep', 'everywhere', 'annotate'}
    for name in set(names) - silent:
        assert len(refused[name]) > 6, name
    assert 'not ' in caplog.text


def test_a_list_is_looked_through():
    call = plugin_errors.guard_function(
        lambda *given: list(given), 'x', promised=list[int]
    )
    assert call(1, 2) == [1, 2]
    with pytest.raises(plugin_errors.PluginError):
        call(1, None)
