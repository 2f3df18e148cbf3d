# SPDX-License-Identifier: Apache-2.0
"""Clouds that start together prepare once, and are configured each."""

import os
import subprocess
import sys

from cloud import settings

RUN = """
from cloud.supervisor import template
from tests.cloud import tiny
service = tiny.{kind}()
service.state.mkdir(parents=True)
template.prepare(service)
"""


def prepared(folder, kind):
    """``{file: content of one cloud, of the other}`` of a service."""
    (folder / 'template').mkdir()
    states = [folder / 'one', folder / 'other']
    processes = [
        subprocess.Popen(
            [sys.executable, '-c', RUN.format(kind=kind)],
            cwd=settings.ROOT,
            env={
                **os.environ,
                'CLOUD_STATE': str(state),
                'CLOUD_TEMPLATE': str(folder / 'template'),
            },
        )
        for state in states
    ]
    assert [process.wait(60) for process in processes] == [0, 0]
    made = [state / kind.lower() for state in states]
    return {
        path.name: [(one / path.name).read_text() for one in made]
        for path in made[0].iterdir()
    }


def test_the_second_cloud_copies_what_the_first_has_made(tmp_path):
    files = prepared(tmp_path, 'Portable')
    one, other = files['database']
    assert one == other
    one, other = files['configuration']
    assert one.endswith('/one/portable')
    assert other.endswith('/other/portable')


def test_what_names_its_folder_is_made_for_each(tmp_path):
    assert prepared(tmp_path, 'Tiny') == {'database': ['made', 'made']}
    assert not list((tmp_path / 'template').iterdir())
