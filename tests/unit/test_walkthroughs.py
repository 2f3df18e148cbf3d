# SPDX-License-Identifier: Apache-2.0
"""The ways through the code that the contributor's guide tells."""

from pathlib import Path
import re

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / 'doc/source/contributor/walkthroughs.rst'
#: how many files a way may have: no reader keeps more in mind
MAX_FILES = {
    "From a click on Schedule Backup to the cron trigger": 15,
    "From the cron trigger to the message": 15,
    "From the services to the number of fresh resources": 12,
    "From Restore to the new volume": 12,
}


def ways():
    """``{headline: [path below the package]}`` as the page lists them."""
    parts = re.split(r'\n(.+)\n=+\n', PAGE.read_text())[2:]
    return {
        title: re.findall(r'^#\. ``([^`]+)``', text, re.MULTILINE)
        for title, text in zip(parts[1::2], parts[2::2], strict=True)
    }


def test_the_page_tells_all_ways():
    assert ways().keys() == MAX_FILES.keys()


@pytest.mark.parametrize(('title', 'most'), MAX_FILES.items())
def test_a_way_is_short_and_its_files_exist(title, most):
    files = ways()[title]
    assert 8 <= len(files) <= most
    assert len({*files}) == len(files)
    missing = [
        one
        for one in files
        if not (ROOT / 'protection_dashboard' / one).exists()
    ]
    assert not missing
