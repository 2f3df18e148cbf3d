# SPDX-License-Identifier: Apache-2.0
"""The previews beside a form: next runs, and the effect of its retention."""

from collections.abc import Callable
from collections.abc import Iterator
import datetime
from typing import TYPE_CHECKING
from typing import Any

from django.forms import Form
from django.http import HttpRequest
from django.http import HttpResponse

from protection_dashboard import exceptions
from protection_dashboard.common import concurrency
from protection_dashboard.forms import retention_preview
from protection_dashboard.forms import schedule_preview
from protection_dashboard.forms.retention_preview import RetentionPreview
from protection_dashboard.schedules import busy_minutes
from protection_dashboard.ui.request_user import Cloud

TEMPLATE = 'protection/forms/_schedule_preview.html'


def timing_preview_context(
    cloud: Cloud, form: Form, trigger_id: str = ''
) -> dict[str, Any]:
    """The context of _schedule_preview.html for a bound form.

    A dict of 'preview' and, if that is not an error, 'problems', 'busy' and
    'retention_preview'.

    'busy' is how many other schedules start at the minute of the first run;
    ``trigger_id`` is that of the schedule itself, which does not count.
    'retention_preview' is None until the form makes a whole document.
    """
    now = datetime.datetime.now(datetime.UTC)
    # those of the plan, where the form is about a plan that is there
    others = getattr(form, 'other_schedules', ())
    preview = schedule_preview.data_preview(form.data, now, others)
    if preview.error:
        return {'preview': preview}
    calls: dict[str, Callable[[], int | RetentionPreview]] = {
        'busy': lambda: busy_minutes.triggers_starting_at(
            cloud, preview.runs[0], trigger_id
        )
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


def _field_problems(form: Form) -> Iterator[str]:
    for name, errors in form.errors.items():
        field = form.fields.get(name)
        for error in errors:
            yield f'{field.label}: {error}' if field else error


# what the mixins are mixed into
if TYPE_CHECKING:
    from django.views.generic import FormView as _View
else:
    _View = object


class PreviewMixin(_View):
    """A form view with a preview of what the form will do beside it."""

    preview_template = TEMPLATE
    #: name of the view of the preview, and the trigger that does not count
    preview_view = ''
    trigger_id = ''

    def preview_context(self, form: Form) -> dict[str, Any]:
        """The context of the preview's template for a bound form."""
        return timing_preview_context(self.cloud, form, self.trigger_id)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        shown = context['form']
        if not shown.is_bound:
            shown = self._bound_form(schedule_preview.initial_data(shown))
        return {
            **context,
            **self.preview_context(shown),
            'preview_address': self.preview_address(),
        }

    def preview_address(self) -> str:
        """The URL from which the script fetches the preview again."""
        raise NotImplementedError

    def _bound_form(self, data: dict[str, Any]) -> Form:
        kwargs = {**self.get_form_kwargs(), 'data': data}
        return self.form_class(self.request, **kwargs)


class PreviewFragmentMixin(_View):
    """The response is only the preview of what was typed so far.

    Mixed into a form view before :class:`PreviewMixin`.
    """

    http_method_names = ('get',)

    def get(
        self, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        try:
            shown = self.preview_context(self._bound_form(request.GET))
        except (exceptions.Refused, exceptions.Unavailable) as error:
            failed = schedule_preview.SchedulePreview(error=str(error))
            shown = {'preview': failed, 'problems': [failed.error]}
        return self.render_to_response(shown)

    def get_template_names(self) -> list[str]:
        return [self.preview_template]
