# SPDX-License-Identifier: Apache-2.0
"""The kinds of pages, and what they do about errors and policy."""

from django import shortcuts
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.views import generic
from horizon import exceptions as horizon
from horizon import forms
from horizon import messages
from horizon import tables
from horizon import views

from protection_dashboard import exceptions
from protection_dashboard import tenant
from protection_dashboard.panels import readiness

PAGE = 20
NO_DATA = _("This list could not be loaded: the reason stands above.")


class Page:
    """Policy first; a service's refusal becomes a page, never a trace."""

    rules = tenant.LOOK
    #: where to go when a page cannot be shown
    home = 'horizon:project:protection_plans:index'

    @property
    def cloud(self):
        return tenant.cloud(self.request)

    def dispatch(self, request, *args, **kwargs):
        tenant.activate_zone(request)
        tenant.require(request, self.rules)
        try:
            return super().dispatch(request, *args, **kwargs)
        except exceptions.NotFound as error:
            raise horizon.NotFound(str(error)) from error
        except exceptions.NotAuthorized as error:
            raise horizon.NotAuthenticated(str(error)) from error
        except exceptions.ProtectionError as error:
            messages.error(request, str(error))
            return shortcuts.redirect(self.home)


class ListView(Page, tables.PagedTableMixin, tables.DataTableView):
    """A table; what could not be loaded is said above it."""

    template_name = 'protection/list.html'

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.notices = []

    def rows(self, cloud):
        """The rows of this page; may call :meth:`report`."""
        raise NotImplementedError

    def get_data(self):
        self.notices += readiness.missing(self.cloud)
        try:
            return self.rows(self.cloud)
        except exceptions.NotAuthorized:
            raise
        except exceptions.ProtectionError as error:
            self.report(error)
            self.get_table()._no_data_message = NO_DATA
            return []

    def report(self, *errors):
        """Say above the table what went wrong with a part of it."""
        for error in errors:
            explained = self.notices and isinstance(error, exceptions.Absent)
            notice = readiness.Notice(str(error))
            if not explained and notice not in self.notices:
                self.notices.append(notice)

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        return {**context, 'notices': self.notices, **self.facts()}

    def facts(self):
        """More for the template."""
        return {}


class Table(tables.DataTable):
    """A table whose page links keep the filters of the address."""

    def find(self, cloud, obj_id):
        """What stands in the row of this id; NotFound otherwise."""
        raise NotImplementedError

    def get_object_by_id(self, lookup):
        """Also what is no longer on the page: the list may have moved on."""
        try:
            return super().get_object_by_id(lookup)
        except horizon.Http302:
            return self.find(tenant.cloud(self.request), lookup)

    def _link(self, parameter, marker):
        kept = self.request.GET.copy()
        for name in ('marker', 'prev_marker', 'action', 'table', 'obj_id'):
            kept.pop(name, None)
        return urlencode({**kept.dict(), parameter: marker})

    def get_pagination_string(self):
        return self._link('marker', self.get_marker())

    def get_prev_pagination_string(self):
        return self._link('prev_marker', self.get_prev_marker())


class Row(tables.Row):
    """A row that is fetched again while what it shows changes."""

    ajax = True

    def get_data(self, request, obj_id):
        return self.table.find(tenant.cloud(request), obj_id)


class BatchAction(tables.BatchAction):
    """An action on rows, in :meth:`act`; it says why when it fails."""

    policy_rules = tenant.CHANGE

    def act(self, cloud, obj_id):
        """Do it for one row."""
        raise NotImplementedError

    def warn(self, request, done):
        """Say what may follow from what :meth:`act` gave."""

    def action(self, request, obj_id):
        try:
            done = self.act(tenant.cloud(request), obj_id)
        except exceptions.ProtectionError as error:
            messages.error(request, str(error))
            raise
        self.warn(request, done)


class DeleteAction(BatchAction, tables.DeleteAction):
    """Deletes what stands in rows, once the user has confirmed it."""


class TextColumn(tables.Column):
    """Names and sentences of any length: they break between words."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.classes.append('protection-text')


class DetailView(Page, views.HorizonTemplateView):
    """One thing on a page of its own."""


class FragmentView(Page, generic.TemplateView):
    """A part of a page, fetched by protection.js."""


class Form(forms.SelfHandlingForm):
    """A form of ours; it does in :meth:`act` what it is for."""

    def act(self, cloud, data):
        """Do it; whatever is true closes the form."""
        raise NotImplementedError

    def handle(self, request, data):
        return self.act(tenant.cloud(request), data)


class FormView(Page, forms.ModalFormView):
    """A form in a dialog, or on a page of its own when opened directly."""

    rules = tenant.CHANGE
    template_name = 'protection/form.html'
    ajax_template_name = 'protection/_form.html'
    form_id = 'protection_form'
    modal_id = 'protection_modal'
    submit_class = 'btn-primary'

    @property
    def submit_url(self):
        return self.request.get_full_path()

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        return {**context, 'submit_class': self.submit_class}

    def form_valid(self, form):
        try:
            done = form.handle(self.request, form.cleaned_data)
        except (exceptions.Refused, exceptions.Unavailable) as error:
            form.api_error(str(error))
            return self.form_invalid(form)
        return self.done(done)

    def done(self, result):
        response = shortcuts.redirect(self.address(result))
        response['X-Horizon-Location'] = response['Location']
        return response

    def address(self, result):
        """Where the user goes after the form has done its work."""
        return self.success_url

    def form_invalid(self, form):
        return self.render_to_response(self.get_context_data(form=form))
