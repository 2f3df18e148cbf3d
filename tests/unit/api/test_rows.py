# SPDX-License-Identifier: Apache-2.0
"""Rows of lists say what the service told, also under names of its own."""

from cinderclient.v3 import client
import pytest

from protection_dashboard.api import rows

TOLD = {'id': 'v1', 'name': '<b>', 'os-vol-host-attr:host': None}


def test_a_row_has_what_was_told_and_no_more():
    manager = rows.with_plain_rows(
        client.Client(endpoint_override='/').volumes
    )
    row = manager.resource_class(manager, dict(TOLD), loaded=True)
    assert vars(row) == TOLD
    with pytest.raises(AttributeError):
        _size = row.size
