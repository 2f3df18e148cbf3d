# SPDX-License-Identifier: Apache-2.0
"""A broken plugin alone is unavailable, and the reason is told."""

import json
import os
import subprocess
import sys

import pytest

METADATA = 'Metadata-Version: 2.1\nName: broken\nVersion: 1\n'
ENTRIES = """\
[protection_dashboard.protectables]
thing = broken:Thing
[protection_dashboard.protections]
absent = broken:Absent
gone = broken_and_gone:Gone
half = broken:Half
no_class = broken:NO_CLASS
riddle = broken:Riddle
rooted = broken:Rooted
stranger = broken:Stranger
twin = broken:Riddle
[protection_dashboard.pickers]
colors = broken:NO_CLASS
shapes = broken:shapes
"""
MODULE = """\
from protection_dashboard.protections.base import Protection
from protection_dashboard.protections.volume_snapshot.protection import (
    VolumeSnapshot,
)
NO_CLASS = 5
class Thing: pass
class Stranger: slug = 'stranger'
class Half(Protection): slug = 'half'
class Riddle(VolumeSnapshot):
    slug = 'riddle'
    OPTIONS_SCHEMA = {
        'type': 'object',
        'properties': {
            'deep': {
                'type': 'object',
                'properties': {'answer': {'type': 'string', 'const': 'x'}},
            },
        },
    }
class Rooted(VolumeSnapshot):
    slug = 'rooted'
    RESTORE_SCHEMA = {'type': 'array'}
def shapes(cloud): return []
"""
SCRIPT = """\
import json, logging
logging.basicConfig(format='%(message)s')
from protection_dashboard import exceptions, plugins
groups = [plugins.PROTECTABLES, plugins.PROTECTIONS, plugins.PICKERS]
installed = plugins.installed_plugins
found = [installed(group) for group in groups for again in (1, 2)]
try:
    plugins.protection('riddle')
except exceptions.Refused as error:
    print(error)
print(json.dumps({'broken': [f.broken for f in found[::2]],
                  'working': [list(f.working) for f in found[::2]]}))
"""


@pytest.fixture(scope='module')
def process(tmp_path_factory):
    """A process in whose environment a broken distribution is installed."""
    folder = tmp_path_factory.mktemp('broken')
    info = folder / 'broken-1.dist-info'
    info.mkdir()
    (info / 'METADATA').write_text(METADATA)
    (info / 'entry_points.txt').write_text(ENTRIES)
    (folder / 'broken.py').write_text(MODULE)
    return subprocess.run(
        [sys.executable, '-W', 'ignore', '-c', SCRIPT],
        env={**os.environ, 'PYTHONPATH': str(folder)},
        capture_output=True,
        text=True,
        check=True,
    )


@pytest.fixture(scope='module')
def found(process):
    return json.loads(process.stdout.splitlines()[1])


REASONS = [
    ('absent', "module 'broken' has no attribute 'Absent'"),
    ('gone', "No module named 'broken_and_gone'"),
    ('half', "Can't instantiate abstract class Half"),
    ('no_class', "'int' object is not callable"),
    (
        'riddle',
        "in its options_schema, $.properties.deep.properties.answer.const is "
        "not supported",
    ),
    ('rooted', "in its restore_schema, $.type has to be object"),
    ('stranger', "broken:Stranger is no subclass of "),
    ('twin', "its slug is 'riddle', not 'twin'"),
]


@pytest.mark.parametrize(('name', 'reason'), REASONS)
def test_it_says_why_a_protection_cannot_be_used(found, name, reason):
    assert found['broken'][1][name].startswith(reason)


def test_all_others_work(found):
    protectables, protections, pickers = found['working']
    assert 'volume' in protectables
    assert 'volume_snapshot' in protections
    assert not found['broken'][1].keys() & {*protections}
    assert {'shapes', 'flavor'} <= {*pickers}
    assert [*found['broken'][0], *found['broken'][2]] == ['thing', 'colors']


def test_it_is_logged_once_by_its_entry_point(process):
    said = process.stderr.count(
        'The entry point riddle = broken:Riddle of '
        'protection_dashboard.protections cannot be used: in its '
        'options_schema, $.properties.deep'
    )
    assert said == 1


def test_the_error_has_the_reason(process):
    assert process.stdout.splitlines()[0] == (
        "The protection riddle cannot be used here: in its options_schema, "
        "$.properties.deep.properties.answer.const is not supported."
    )
