# SPDX-License-Identifier: Apache-2.0
"""A confirmation that is valid only for the list that its page has shown."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _
from django.utils.translation import ngettext

from protection_dashboard.api.cloud import Cloud
from protection_dashboard.ui import views

_CHANGED = _("The list has changed meanwhile: look at it again.")


class CountConfirmationForm(views.ServiceForm):
    """Calls ``work(cloud)``, which concerns ``number`` objects.

    ``digest`` is a hash of the objects that the page has listed: a form with
    another one is refused. With ``typed`` the user has to type the number.
    """

    data: Any
    digest = forms.CharField(widget=forms.HiddenInput, required=False)
    count = forms.CharField(required=False)

    def __init__(
        self,
        request: HttpRequest,
        *,
        number: int,
        digest: str,
        typed: bool,
        work: Callable[[Cloud], Any],
        **kwargs: Any,
    ) -> None:
        super().__init__(request, **kwargs)
        self.number = number
        self.known = digest
        self.work = work
        self.fields['digest'].initial = digest
        if typed:
            text = ngettext(
                "Type %d to delete it", "Type %d to delete them", number
            )
            self.fields['count'].label = text % number
        else:
            del self.fields['count']

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get('digest') != self.known:
            self.data = {**self.data.dict(), 'digest': self.known, 'count': ''}
            self.api_error(gettext(_CHANGED))
        elif 'count' in self.fields and not self._is_counted(data):
            text = gettext("Type the number %d.") % self.number
            self.add_error('count', text)
        return data

    def _is_counted(self, data: dict[str, Any]) -> bool:
        return data.get('count', '').strip() == str(self.number)

    def act(self, cloud: Cloud, data: dict[str, Any]) -> Any:
        return self.work(cloud)
