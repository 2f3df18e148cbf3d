# SPDX-License-Identifier: Apache-2.0
"""Lists that are loaded and sorted as a whole, and shown page by page."""

from collections.abc import Iterable
from typing import Any

from protection_dashboard.api.cloud import Cloud
from protection_dashboard.ui import tables
from protection_dashboard.ui import views


class InMemoryListView(views.ListView):
    """A list whose page marker is the number of rows before the page."""

    def all_rows(self, cloud: Cloud) -> Iterable[Any]:
        """All rows, filtered and sorted."""
        raise NotImplementedError

    def rows(self, cloud: Cloud) -> list[Any]:
        return self.page_rows(list(self.all_rows(cloud)))

    def page_rows(self, found: list[Any]) -> list[Any]:
        """The rows of this page."""
        at = _page_offset(self._get_marker()[0], len(found))
        table = self.get_table()
        table.following, table.previous = (
            at + views.PAGE_SIZE,
            at - views.PAGE_SIZE,
        )
        self._has_more_data = table.following < len(found)
        self._has_prev_data = at > 0
        return found[at : table.following]


def _page_offset(marker: str | None, count: int) -> int:
    """The offset that a marker stands for, limited to existing pages."""
    at = int(marker) if marker and marker.isdecimal() else 0
    return min(at, max(0, count - 1)) // views.PAGE_SIZE * views.PAGE_SIZE


class InMemoryTable(tables.ServiceTable):
    following = previous = 0

    def get_marker(self) -> int:
        return self.following

    def get_prev_marker(self) -> int:
        return self.previous
