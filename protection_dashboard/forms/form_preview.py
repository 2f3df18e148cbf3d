# SPDX-License-Identifier: Apache-2.0
"""What stands beside a form with a timing: its promise, before it is saved."""

import datetime
from typing import Any

from django.forms import Form

from protection_dashboard import exceptions
from protection_dashboard.common import concurrency
from protection_dashboard.forms import retention_preview
from protection_dashboard.forms import schedule_preview
from protection_dashboard.schedules import busy_minutes

TEMPLATE = 'protection/forms/_schedule_preview.html'


def timing_preview_context(cloud, form, trigger_id=''):
    """What _schedule_preview.html shows of a bound form.

    A dict of 'preview' and, if that is not an error, 'problems', 'busy' and
    'retention_preview'.

    'busy' is how many other schedules start at the minute of the first run;
    ``trigger_id`` is that of the schedule itself, which does not count.
    'retention_preview' is None until the form makes a whole document.
    """
    now = datetime.datetime.now(datetime.UTC)
    preview = schedule_preview.data_preview(form.data, now)
    if preview.error:
        return {'preview': preview}
    calls = {
        'busy': lambda: busy_minutes.at(cloud, preview.runs[0], trigger_id)
    }
    if form.is_valid():
        document = form.cleaned_data['document']
        calls['retention_preview'] = lambda: (
            retention_preview.retention_preview(cloud, document, now)
        )
    found, _errors = concurrency.gather(
        calls, {'busy': 0, 'retention_preview': None}
    )
    problems = form.non_field_errors()
    return {'preview': preview, 'problems': problems, **found}


def retention_preview_context(
    cloud: Any,
    document: dict[str, Any] | None,
    problems: list[str],
    now: datetime.datetime,
) -> dict[str, Any]:
    """``{'problems', 'retention_preview'}`` for _kept.html.

    ``document`` is None where there is no valid one yet: nothing is shown.
    """
    preview = document and retention_preview.retention_preview(
        cloud, document, now
    )
    return {'problems': problems, 'retention_preview': preview}


def document_and_problems(
    form: Form,
) -> tuple[dict[str, Any] | None, list[str]]:
    """``(document, problems)`` of a bound form; None when it is not valid."""
    if form.is_valid():
        return form.cleaned_data['document'], []
    return None, list(_field_problems(form))


def _field_problems(form):
    for name, errors in form.errors.items():
        field = form.fields.get(name)
        for error in errors:
            yield f'{field.label}: {error}' if field else error


class PreviewMixin:
    """A form view that shows beside the form what it will do."""

    preview_template = TEMPLATE
    #: name of the view of the preview, and the trigger that does not count
    preview_view = ''
    trigger_id = ''

    def preview_context(self, form):
        """What the template of the preview shows of a bound form."""
        return timing_preview_context(self.cloud, form, self.trigger_id)

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        shown = context['form']
        if not shown.is_bound:
            shown = self._bound_form(schedule_preview.initial_data(shown))
        return {
            **context,
            **self.preview_context(shown),
            'preview_address': self.preview_address(),
        }

    def preview_address(self):
        """Where the script asks for the preview again."""
        raise NotImplementedError

    def _bound_form(self, data):
        kwargs = {**self.get_form_kwargs(), 'data': data}
        return self.form_class(self.request, **kwargs)


class PreviewFragmentMixin:
    """The preview alone, of what was typed so far, in front of such a view."""

    http_method_names = ('get',)

    def get(self, request, *args, **kwargs):
        try:
            shown = self.preview_context(self._bound_form(request.GET))
        except (exceptions.Refused, exceptions.Unavailable) as error:
            failed = schedule_preview.SchedulePreview(error=str(error))
            shown = {'preview': failed, 'problems': [failed.error]}
        return self.render_to_response(shown)

    def get_template_names(self):
        return [self.preview_template]
