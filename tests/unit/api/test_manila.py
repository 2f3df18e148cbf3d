# SPDX-License-Identifier: Apache-2.0
"""Manila's lists are read to their end, whatever it cuts a page at."""

import pytest

from protection_dashboard.api import manila


@pytest.mark.parametrize('cap', [1, 7, 100, 150, 500, 1000])
@pytest.mark.parametrize('count', [0, 1, 99, 100, 500, 501, 1000])
def test_all_rows_are_read_once(cap, count):
    rows = list(range(count))

    def fetch(limit, offset):
        return rows[offset : offset + min(limit, cap)]

    assert manila.all_pages(fetch) == rows
    assert manila.all_pages(fetch, 12, 3) == rows[3:15]
