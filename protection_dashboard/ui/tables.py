# SPDX-License-Identifier: Apache-2.0
"""Base classes of tables: paging, rows, actions and columns."""

import functools
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.http import HttpResponse
from horizon import exceptions as horizon
from horizon import messages
from horizon import tables
from horizon.tables import base

from protection_dashboard import exceptions
from protection_dashboard.api.cloud import Cloud
from protection_dashboard.ui import addresses
from protection_dashboard.ui import filters
from protection_dashboard.ui import request_user
from protection_dashboard.ui import row_markup


class CheckboxCell(base.Cell):
    """A cell whose checkbox is rendered without a template."""

    def get_data(self, datum: Any, column: Any, row: Any) -> Any:
        if column.auto != 'multi_select':
            return super().get_data(datum, column, row)
        row_id = row.table.get_object_id(datum)
        selectable = row.can_be_selected(datum)
        box = row_markup.checkbox_html(row_id) if selectable else ''
        row.table._data_cache[column][row_id] = box
        return box


class ServiceTable(tables.DataTable):
    """A table whose page links keep the filters of the URL."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._meta.cell_class = CheckboxCell
        self._texts: row_markup.Translations = {}

    def find(self, cloud: Cloud, obj_id: str) -> Any:
        """The datum of the row with an id; raises NotFound."""
        raise NotImplementedError

    def get_object_by_id(self, lookup: str) -> Any:
        """Also finds a row that is no longer on this page of the list."""
        try:
            return super().get_object_by_id(lookup)
        except horizon.Http302:
            return self.find(request_user.cloud(self.request), lookup)

    def maybe_preempt(self) -> HttpResponse | None:
        """Answer with an error if a row cannot be fetched.

        Horizon's own status is 100 (Continue), after which browsers wait.
        """
        response = super().maybe_preempt()
        if response and response.status_code == HTTPStatus.CONTINUE:
            response.status_code = HTTPStatus.SERVICE_UNAVAILABLE
        return response

    def render_row_actions(
        self,
        datum: Any,
        row: object = False,  # noqa: FBT002  Horizon's
    ) -> str:
        actions = self.get_row_actions(datum)
        return row_markup.menu_html(
            actions, self.get_object_id(datum), self._texts
        )

    def get_rows(self) -> list[Any]:
        rows = super().get_rows()
        attributes: dict[Any, str] = {}
        for row in rows:
            row.render = functools.partial(
                row_markup.row_html, row, attributes
            )
        return rows

    def _filter_action(
        self, action: Any, request: HttpRequest, datum: Any = None
    ) -> bool:
        """Check the policy once per request: its rules do not concern rows."""
        if datum is None or not action.policy_rules:
            return super()._filter_action(action, request, datum)
        rules = tuple(action.policy_rules)
        return request_user.is_allowed(request, rules) and action.allowed(
            request, datum
        )

    def _link(self, parameter: str, marker: Any) -> str:
        query = filters.query_without_paging(self.request)
        query[parameter] = marker
        return query.urlencode()

    def get_pagination_string(self) -> str:
        return self._link('marker', self.get_marker())

    def get_prev_pagination_string(self) -> str:
        return self._link('prev_marker', self.get_prev_marker())


class UpdatingRow(tables.Row):
    """A row that is fetched again until its status is final."""

    ajax = True

    def get_ajax_update_url(self) -> str:
        address = super().get_ajax_update_url()
        shown = urlencode(
            {
                request_user.IDENTITY_PARAMETER: request_user.identity(
                    self.table.request
                )
            }
        )
        return f'{address}&{shown}'

    def get_data(self, request: HttpRequest, obj_id: str) -> Any:
        return self.table.find(request_user.cloud(request), obj_id)


class PageLinkAction(tables.LinkAction):
    """A link to the page that ``url`` names, for a row or for the table."""

    def get_link_url(self, datum: Any = None) -> str:
        row = () if datum is None else (self.table.get_object_id(datum),)
        return addresses.page(self.url, *row)


class ServiceBatchAction(tables.BatchAction):
    """A batch action that calls services in :meth:`act`.

    An error is shown with its reason.
    """

    policy_rules = request_user.CHANGE_RULES

    def act(self, cloud: Cloud, obj_id: str) -> Any:
        """Perform the action on the row with this id."""
        raise NotImplementedError

    def warn(self, request: HttpRequest, done: Any) -> None:
        """Warn about consequences; ``done`` is what :meth:`act` returned."""

    def action(self, request: HttpRequest, obj_id: str) -> None:
        try:
            done = self.act(request_user.cloud(request), obj_id)
        except exceptions.ProtectionError as error:
            messages.error(request, str(error))
            raise
        self.warn(request, done)


class ServiceDeleteAction(ServiceBatchAction, tables.DeleteAction):
    """Deletes the objects of rows after the user has confirmed it."""


class WrappingColumn(tables.Column):
    """A column of names and sentences of any length, which are wrapped."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.classes.append('protection-text')
