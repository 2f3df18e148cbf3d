# SPDX-License-Identifier: Apache-2.0
"""Base classes of views: policy, errors of services, filters, CSV files."""

from collections.abc import Callable
from collections.abc import Iterable
import functools
from http import HTTPStatus
from typing import Any

from django import http
from django import shortcuts
from django.http import HttpRequest
from django.http import HttpResponse
from django.http import StreamingHttpResponse
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views import generic
from horizon import exceptions as horizon
from horizon import forms
from horizon import messages
from horizon import tables
from horizon import views
from horizon.utils.http import is_ajax

from protection_dashboard import exceptions
from protection_dashboard.api.cloud import Cloud
from protection_dashboard.common import concurrency
from protection_dashboard.plans import schedule_roles
from protection_dashboard.ui import addresses
from protection_dashboard.ui import csv_export
from protection_dashboard.ui import filters
from protection_dashboard.ui import readiness
from protection_dashboard.ui import request_user

PAGE_SIZE = 20
#: the field of :class:`forms.roles_field.RolesMixin`
ROLES_FIELD = 'all_roles'
NOT_LOADED_MESSAGE = _(
    "This list could not be loaded: the reason stands above."
)
NO_MATCH_MESSAGE = _("Nothing matches: choose other filters, or clear them.")


class PageMixin(generic.View):
    """Checks the policy first; an error of a service is shown as a message."""

    rules = request_user.VIEW_RULES
    #: where to go when a page cannot be shown
    home = 'horizon:project:protection_plans:index'

    @property
    def cloud(self) -> Cloud:
        return request_user.cloud(self.request)

    def dispatch(
        self, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        request_user.activate_zone(request)
        if is_ajax(request) and request_user.IDENTITY_PARAMETER in request.GET:
            # updates do not prolong the session; saved, it would undo what
            # another tab has changed meanwhile
            request.session.modified = False
            if request_user.is_for_another_identity(request):
                return http.HttpResponse(status=HTTPStatus.CONFLICT)
        request_user.require_policy(request, self.rules)
        try:
            return super().dispatch(request, *args, **kwargs)
        except exceptions.NotFound as error:
            raise horizon.NotFound(str(error)) from error
        except exceptions.NotAuthorized as error:
            raise horizon.NotAuthenticated(str(error)) from error
        except exceptions.ProtectionError as error:
            messages.error(request, str(error))
            return shortcuts.redirect(self.home)


class ListView(PageMixin, tables.PagedTableMixin, tables.DataTableView):
    """A table; messages above it say what could not be loaded.

    With a ``filter_class`` (a FilterForm) the form is shown above it; with
    ``csv``, pairs of a heading and a function of a row, the filtered list can
    be downloaded as a file.
    """

    template_name = 'protection/list.html'
    filter_class = filters.FilterForm
    csv: csv_export.Columns = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.notices: list[readiness.ReadinessNotice] = []

    @cached_property
    def filter_form(self) -> filters.FilterForm:
        return self.filter_class(self.request.GET)

    @property
    def chosen(self) -> dict[str, Any]:
        """``{field: value}`` of the filters that are chosen."""
        return self.filter_form.chosen

    def rows(self, cloud: Cloud) -> list[Any]:
        """The rows of this page; it may call :meth:`report`."""
        raise NotImplementedError

    def all_rows(self, cloud: Cloud) -> Iterable[Any]:
        """The filtered rows of all pages."""
        return self.rows(cloud)

    def offers(self, cloud: Cloud) -> dict[str, Any]:
        """``{field: choices}`` of the selects of the filters."""
        return {}

    def get(
        self, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> HttpResponse | StreamingHttpResponse:
        wanted = self.csv and request.GET.get('format') == 'csv'
        if wanted and self.filter_form.is_valid():
            return csv_export.csv_response(
                self.table_class._meta.name,
                self.csv,
                iter(self.all_rows(self.cloud)),
                lambda: [notice.text for notice in self.notices],
            )
        return super().get(request, *args, **kwargs)

    def get_data(self) -> list[Any]:
        self.notices += readiness.missing_notices(self.cloud)
        rows = []
        if self.filter_form.is_valid():
            rows = self._loaded(self.rows, [])
        self.filter_form.offer(self._loaded(self.offers, {}))
        if self.filter_form.is_used and not self.notices:
            self.get_table()._no_data_message = NO_MATCH_MESSAGE
        return rows

    def _loaded(self, load: Callable[[Cloud], Any], fallback: Any) -> Any:
        def missing(error):
            self.report(error)
            self.get_table()._no_data_message = NOT_LOADED_MESSAGE
            return fallback

        return concurrency.value_or_error(
            functools.partial(load, self.cloud), otherwise=missing
        )

    def report(self, *errors: object) -> None:
        """Show errors above the table."""
        for error in errors:
            explained = self.notices and isinstance(error, exceptions.Absent)
            notice = readiness.ReadinessNotice(str(error))
            if not explained and notice not in self.notices:
                self.notices.append(notice)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return {
            **context,
            'notices': self.notices,
            'filters': self.filter_form,
            'csv_address': self.csv and self._csv_address(),
            **self.facts(),
        }

    def _csv_address(self) -> str:
        query = filters.query_without_paging(self.request)
        query['format'] = 'csv'
        return f'?{query.urlencode()}'

    def facts(self) -> dict[str, Any]:
        """Additional context of the template."""
        return {}


class DetailView(PageMixin, views.HorizonTemplateView):
    """The page of one object."""


class FragmentView(PageMixin, generic.TemplateView):
    """A part of a page, fetched by protection.js."""


class ServiceForm(forms.SelfHandlingForm):
    """A form that calls services in :meth:`act`."""

    def act(self, cloud: Cloud, data: dict[str, Any]) -> Any:
        """Do what the form is for; a true result closes the form."""
        raise NotImplementedError

    def handle(self, request: HttpRequest, data: dict[str, Any]) -> Any:
        return self.act(request_user.cloud(request), data)


class FormView(PageMixin, forms.ModalFormView):
    """A form in a dialog, or on a page of its own when opened directly."""

    rules = request_user.CHANGE_RULES
    template_name = 'protection/form.html'
    ajax_template_name = 'protection/_form.html'
    form_id = 'protection_form'
    modal_id = 'protection_modal'
    submit_class = 'btn-primary'

    @property
    def submit_url(self) -> str:
        return self.request.get_full_path()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return {**context, 'submit_class': self.submit_class}

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            done = form.handle(self.request, form.cleaned_data)
        except schedule_roles.RolesNotConfirmed as error:
            form.add_error(ROLES_FIELD, error.words.text(gettext))
            return self.form_invalid(form)
        except (exceptions.Refused, exceptions.Unavailable) as error:
            form.api_error(str(error))
            return self.form_invalid(form)
        return self.done(done)

    def done(self, result: Any) -> HttpResponse:
        response = shortcuts.redirect(self.address(result))
        response['X-Horizon-Location'] = response['Location']
        return response

    def address(self, result: Any) -> str:
        """The URL to go to afterwards; ``result`` is that of :meth:`act`."""
        return self.success_url

    def form_invalid(self, form: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form))


class ExecutionFormView(FormView):
    """A form whose :meth:`ServiceForm.act` starts an execution.

    Its result is the id of the execution, whose page is shown afterwards, or
    True if it has started none.
    """

    def address(self, result: Any) -> str:
        if result is True:
            return self.success_url
        return addresses.execution_page(result)
