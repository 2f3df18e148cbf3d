# SPDX-License-Identifier: Apache-2.0
"""The form that filters a list; its values are in the URL.

An invalid value is an error at its field, and the list is empty then. The
choices of a select may be known only after the list has been loaded, so the
form accepts any well-formed value there.
"""

from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Mapping
import datetime
from typing import Any

from django import forms
from django.http import HttpRequest
from django.http import QueryDict
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _

from protection_dashboard.common import ids
from protection_dashboard.ui.markup import StrOrPromise
from protection_dashboard.ui.markup import format_html
from protection_dashboard.ui.markup import format_html_join

#: pairs of a value and its text
Choices = Iterable[tuple[Any, StrOrPromise]]
#: parameters of a URL that are no filters
PAGING_PARAMETERS = (
    'marker',
    'prev_marker',
    'action',
    'table',
    'obj_id',
    'format',
)
ANY = _("Any")


class FilterSelect(forms.Select):
    """A select of many options; the chosen one may be missing among them.

    Django renders each option by a template, which takes long for hundreds.
    """

    def render(
        self,
        name: str,
        value: Any,
        attrs: dict[str, Any] | None = None,
        renderer: Any = None,
    ) -> SafeString:
        chosen = str(value or '')
        options = [(str(key), text) for key, text in self.choices]
        if chosen not in dict(options):
            options.append((chosen, chosen))
        return format_html(
            '<select name="{}" id="{}" class="{}">{}</select>',
            name,
            (attrs or {}).get('id', ''),
            self.attrs.get('class', ''),
            format_html_join(
                '',
                '<option value="{}"{}>{}</option>',
                (
                    (key, _SELECTED if key == chosen else '', text)
                    for key, text in options
                ),
            ),
        )


_SELECTED = mark_safe(' selected')


class FilterSelectField(forms.CharField):
    """A select of the choices of :meth:`FilterForm.offer`; accepts any text.

    ``empty`` is the label of no choice.
    """

    widget = FilterSelect

    def __init__(self, *, empty: StrOrPromise = ANY, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)
        self.empty = empty
        self.offer(())

    def offer(self, choices: Choices) -> None:
        """Set the choices, pairs of a value and its text."""
        self.widget.choices = [('', self.empty), *choices]


class FilterIdField(FilterSelectField):
    """A select of objects by UUID."""

    def clean(self, value: Any) -> str:
        found = super().clean(value)
        if found and not ids.uuid_or_empty(found):
            raise forms.ValidationError(_("There is no such one."))
        return found


class FilterChoiceField(forms.ChoiceField):
    """A choice from a list that is known before the page is loaded."""

    widget = FilterSelect

    def __init__(
        self,
        *,
        choices: Choices | Callable[[], Choices],
        empty: StrOrPromise = ANY,
        **kwargs: Any,
    ) -> None:
        self.empty = empty
        super().__init__(
            required=False, choices=self._with_empty(choices), **kwargs
        )

    def _with_empty(
        self, choices: Choices | Callable[[], Choices]
    ) -> Callable[[], Choices]:
        offered = choices if callable(choices) else lambda: choices
        return lambda: [('', self.empty), *offered()]


class FilterDateField(forms.DateField):
    """A day in the user's own time zone."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            required=False,
            input_formats=['%Y-%m-%d'],
            error_messages={'invalid': _("Write a day as 2026-01-31.")},
            widget=forms.DateInput(format='%Y-%m-%d', attrs={'type': 'date'}),
            **kwargs,
        )


class FilterForm(forms.Form):
    """Base of the forms: they are sent by GET, and no field is required."""

    use_required_attribute = False
    #: ``{field: name in the URL}`` where that is a Python keyword
    named: dict[str, str] = {}

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data=data, auto_id='filter_%s')
        for field in self.fields.values():
            field.widget.attrs['class'] = 'form-control input-sm'

    @property
    def chosen(self) -> dict[str, Any]:
        """``{field: value}`` of the valid values that were chosen."""
        self.full_clean()
        empty = (None, '', False)
        return {k: v for k, v in self.cleaned_data.items() if v not in empty}

    @property
    def is_used(self) -> bool:
        """Whether anything was chosen, valid or not."""
        names = map(self.add_prefix, self.fields)
        return any(self.data.get(name) for name in names)

    def add_prefix(self, field_name: str) -> str:
        return self.named.get(field_name, field_name)

    def offer(self, offers: Mapping[str, Choices]) -> None:
        """Set the choices of selects: ``{field: pairs of value and text}``."""
        for name, choices in offers.items():
            self.fields[name].offer(choices)


def query_without_paging(request: HttpRequest) -> QueryDict:
    """The query of a URL without its paging parameters."""
    query = request.GET.copy()
    for name in PAGING_PARAMETERS:
        query.pop(name, None)
    return query


def start_of_day(day: datetime.date) -> datetime.datetime:
    """The start of a day in the user's time zone, aware."""
    return timezone.make_aware(
        datetime.datetime.combine(day, datetime.time.min)
    )


def end_of_day(day: datetime.date) -> datetime.datetime:
    """The start of the next day in the user's time zone, aware."""
    return start_of_day(day + datetime.timedelta(days=1))
