# SPDX-License-Identifier: Apache-2.0
"""The example of the contributor's guide keeps the contract."""

from pathlib import Path

from cloud import running
from cloud import settings
from tests.third_party import installed

EXAMPLE = settings.ROOT / 'doc/source/contributor/examples/volume_copy'
SUITE = settings.ROOT / 'tests/third_party/volume_copy_contract.py'


def test_it_passes_the_contract_suite(
    running_cloud: running.Cloud, tmp_path: Path
) -> None:
    variables = installed.environment(EXAMPLE, tmp_path)
    suite = installed.pytest(SUITE, variables)
    assert suite.returncode == 0, suite.stdout
