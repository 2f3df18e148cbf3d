# SPDX-License-Identifier: Apache-2.0
"""What the agent on the central host does for a tenant, and what not."""

import itertools

import pytest

from cloud.services.freezer import guard

PROJECT = '0f' * 16
SERVER = {
    'action': 'backup',
    'mode': 'nova',
    'engine_name': 'nova',
    'nova_inst_id': 'a-server',
    'backup_name': 'nightly',
    'hostname': 'protection',
    'storage': 'local',
    'container': f'{guard.FOLDER}/{PROJECT}/place',
}


def test_a_project_may_use_its_own_folder():
    guard.check(SERVER, PROJECT)


@pytest.mark.parametrize(
    'changes',
    [
        {'action': 'exec'},
        {'command': 'id'},
        {'mode': 'fs'},
        {'engine_name': 'tar'},
        {'log_file': '/etc/passwd'},
        {'storage': 'ssh'},
        {'container': '/etc'},
        {'container': f'{guard.FOLDER}/{"1f" * 16}'},
        {'container': f'{guard.FOLDER}/{PROJECT}/../{"1f" * 16}'},
        {'backup_name': '../../other'},
        {'nova_inst_id': '../other'},
    ],
    ids=itertools.count(),
)
def test_nothing_else_is_done_for_it(changes):
    with pytest.raises(ValueError, match=r'not allowed here|in .* only'):
        guard.check({**SERVER, **changes}, PROJECT)


@pytest.mark.parametrize('lacking', ['action', 'mode', 'storage', 'container'])
def test_what_is_left_out_is_no_way_around(lacking):
    options = {k: v for k, v in SERVER.items() if k != lacking}
    with pytest.raises(ValueError, match=r'not allowed here|in .* only'):
        guard.check(options, PROJECT)


def test_a_further_section_does_not_override_what_was_checked(tmp_path):
    file = tmp_path / 'agent.conf'
    file.write_text('[action]\nmode = nova\n[more]\nmode = fs\n')
    with pytest.raises(ValueError, match='more sections'):
        guard.read(file)
    file.write_text('[DEFAULT]\ncommand = id\n[action]\nmode = nova\n')
    with pytest.raises(ValueError, match='more sections'):
        guard.read(file)
