# SPDX-License-Identifier: Apache-2.0
"""What stands beside a form with a timing: its promise, before it is saved."""

import datetime

from protection_dashboard import exceptions
from protection_dashboard import parallel
from protection_dashboard import starts
from protection_dashboard.panels import previews
from protection_dashboard.panels import promises

TEMPLATE = 'protection/_preview.html'


def of(cloud, form, trigger_id=''):
    """``{'preview', 'busy', 'promise'}`` of a bound form, for the template.

    ``busy`` is how many other schedules start at the minute of the first
    run; ``trigger_id`` is that of the schedule itself. The promise is there
    once the form says a whole document.
    """
    now = datetime.datetime.now(datetime.UTC)
    preview = previews.of_data(form.data, now)
    if preview.error:
        return {'preview': preview}
    calls = {'busy': lambda: starts.at(cloud, preview.runs[0], trigger_id)}
    if form.is_valid():
        document = form.cleaned_data['document']
        calls['promise'] = lambda: promises.promise(cloud, document, now)
    found, _errors = parallel.gather(calls, {'busy': 0, 'promise': None})
    problems = form.non_field_errors()
    return {'preview': preview, 'problems': problems, **found}


class PreviewedMixin:
    """A form view that shows beside the form what it will do."""

    #: name of the view of the preview, and the trigger that does not count
    preview_view = ''
    trigger_id = ''

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        shown = context['form']
        if not shown.is_bound:
            shown = self._bound(previews.start_of(shown))
        return {
            **context,
            **of(self.cloud, shown, self.trigger_id),
            'preview_address': self.preview_address(),
        }

    def preview_address(self):
        """Where the script asks for the preview again."""
        raise NotImplementedError

    def _bound(self, data):
        kwargs = {**self.get_form_kwargs(), 'data': data}
        return self.form_class(self.request, **kwargs)


class FragmentMixin:
    """The preview alone, of what was typed so far, in front of such a view."""

    http_method_names = ('get',)

    def get(self, request, *args, **kwargs):
        try:
            form = self._bound(request.GET)
            shown = of(self.cloud, form, self.trigger_id)
        except (exceptions.Refused, exceptions.Unavailable) as error:
            shown = {'preview': previews.Preview(error=str(error))}
        return self.render_to_response(shown)

    def get_template_names(self):
        return [TEMPLATE]
