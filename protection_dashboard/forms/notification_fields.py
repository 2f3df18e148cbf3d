# SPDX-License-Identifier: Apache-2.0
"""The part of a form for a plan's notification: events and targets.

It offers only what the operator has configured. A page shows it by including
``protection/forms/_notification.html``, where ``form`` is the form.
"""

from collections.abc import Iterator
import dataclasses
from typing import Any

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from protection_dashboard.forms import schema_form
from protection_dashboard.notifications import targets as notification_targets
from protection_dashboard.plans.schema import MAX_EMAILS
from protection_dashboard.settings import Settings
from protection_dashboard.ui.request_user import Cloud

EVENT_CHOICES = (
    ('failure', _("A run, or one of its resources, failed or got lost")),
    ('success', _("A run succeeded")),
    ('missed', _("A run that was due did not happen")),
    ('skipped', _("A run was skipped, as an older one was still going")),
)
#: what a plan tells of that had no notification
NEW_EVENTS = ['failure', 'missed', 'skipped']
OWN_ADDRESS = 'address'  # the user's own, not one of the operator's channels
_CHANNEL = 'channel:'
_TARGETS = {'notify_webhook', 'notify_emails'}


@dataclasses.dataclass(frozen=True)
class NotificationGroup(schema_form.FieldGroup):
    """The fieldset of these fields in a form."""

    template = 'protection/forms/_notification.html'


class NotificationMixin(forms.Form):
    """Asks for events, a webhook or a channel, and email addresses.

    A notification has the shape of a plan's ``notification``, see
    :mod:`~protection_dashboard.plans.schema`; None sends no message.
    """

    notify_on = forms.MultipleChoiceField(
        label=_("Send a message when"),
        required=False,
        choices=EVENT_CHOICES,
        widget=forms.CheckboxSelectMultiple,
    )
    notify_webhook = forms.ChoiceField(label=_("Webhook"), required=False)
    notify_url = forms.CharField(
        label=_("Webhook Address"),
        required=False,
        max_length=2000,
        widget=forms.TextInput(
            attrs={'placeholder': 'https://', 'inputmode': 'url'}
        ),
    )
    notify_emails = forms.CharField(
        label=_("Email Addresses"),
        required=False,
        max_length=6000,
        widget=forms.Textarea(attrs={'rows': 2}),
    )

    #: whether it has a field for events; a test message has none
    needs_event = True

    def prepare_notification(
        self, initial: dict[str, Any] | None, cloud: Cloud
    ) -> None:
        """Offer what the operator has configured and what the plan uses.

        ``initial`` is a plan's notification or None; the operator's settings
        are those of ``cloud``.
        """
        self.stored_notification = initial or {}
        self._notify_cloud = cloud
        settings = cloud.settings
        webhook = self.stored_notification.get('webhook', '')
        emails = self.stored_notification.get('emails', [])
        chosen = (
            OWN_ADDRESS if '://' in webhook else webhook and _CHANNEL + webhook
        )
        self.fields['notify_webhook'].choices = _webhook_choices(
            settings, chosen
        )
        start = {
            'notify_on': self.stored_notification.get('on', NEW_EVENTS),
            'notify_webhook': chosen,
            'notify_url': webhook if chosen == OWN_ADDRESS else '',
            'notify_emails': '\n'.join(emails),
        }
        for name, value in start.items():
            self.fields[name].initial = value
            self.fields[name].group = NotificationGroup('notification')
        self._leave_out(settings, chosen, emails)

    def _leave_out(
        self, settings: Settings, chosen: str, emails: list[str]
    ) -> None:
        """Remove fields of what is not configured, unless the plan uses it."""
        needed = {
            'notify_webhook': settings.channels or settings.hosts or chosen,
            'notify_url': settings.hosts or chosen == OWN_ADDRESS,
            'notify_emails': settings.sends_email or emails,
        }
        for name in [name for name, why in needed.items() if not why]:
            del self.fields[name]
        if not self.needs_event or not _TARGETS & self.fields.keys():
            del self.fields['notify_on']

    @property
    def notify_events(self) -> forms.BoundField | None:
        """The bound field of the events, None if there is no way to notify."""
        return self._bound('notify_on')

    @property
    def notify_targets(self) -> list[dict[str, Any]]:
        """The bound fields of the targets, with the condition of each."""
        return [
            {'field': self[name], 'address': name == 'notify_url'}
            for name in NotificationMixin.base_fields
            if name != 'notify_on' and name in self.fields
        ]

    @property
    def notify_notes(self) -> list[str]:
        """Sentences: what the operator allows, and who can read it."""
        settings = self._notify_cloud.settings
        return [*_notes(settings), *self._email_notes(settings)]

    @cached_property
    def _known_addresses(self) -> frozenset[str]:
        return notification_targets.known_addresses(self._notify_cloud)

    def _email_notes(self, settings: Settings) -> Iterator[str]:
        """A sentence about the addresses that emails can go to."""
        if not settings.sends_email:
            return
        if settings.domains:
            text = gettext("The operator allows emails to these domains: %s.")
            yield text % ', '.join(settings.domains)
        elif self._known_addresses:
            text = gettext(
                "Emails go only to the users of this project. Of these, "
                "Keystone tells you: %s."
            )
            yield text % ', '.join(sorted(self._known_addresses))
        else:
            yield gettext(
                "Emails go only to the users of this project, and Keystone "
                "tells you no address of one: ask your operator."
            )

    @property
    def notify_address(self) -> str:
        """The value of the select that means an own address."""
        return OWN_ADDRESS

    def _bound(self, name: str) -> forms.BoundField | None:
        return self[name] if name in self.fields else None

    def checked_notification(
        self, data: dict[str, Any]
    ) -> dict[str, Any] | None:
        """The notification that was chosen; None for no messages.

        Adds errors to the form; with errors the result is meaningless.
        """
        if not _TARGETS & self.fields.keys():
            return self.stored_notification or None
        given = {
            'on': [
                e
                for e, _label in EVENT_CHOICES
                if e in data.get('notify_on', ())
            ],
            'webhook': self._webhook(data),
            'emails': _split_addresses(data.get('notify_emails') or ''),
        }
        found = {name: value for name, value in given.items() if value}
        targets = found.keys() & {'webhook', 'emails'}
        if not targets:
            return None
        self._check_notification(found)
        return found

    def _webhook(self, data):
        chosen = data.get('notify_webhook') or ''
        if chosen != OWN_ADDRESS:
            return chosen.removeprefix(_CHANNEL)
        if not data.get('notify_url') and 'notify_url' not in self.errors:
            self.add_error('notify_url', gettext("This field is required."))
        return data.get('notify_url', '')

    def _check_notification(self, found):
        if self.needs_event and 'on' not in found:
            text = gettext("Choose at least one event to tell of.")
            self.add_error('notify_on', text)
        if 'webhook' in found:
            own = found['webhook'] == self.cleaned_data.get('notify_url')
            check = notification_targets.webhook_problem
            field = 'notify_url' if own else 'notify_webhook'
            settings = self._notify_cloud.settings
            self._refuse(field, check(found['webhook'], settings))
        emails = found.get('emails', ())
        if len(emails) > MAX_EMAILS:
            text = gettext("Give at most %d addresses.") % MAX_EMAILS
            self.add_error('notify_emails', text)
        for address in emails:
            self._refuse('notify_emails', self._email_problem(address))

    def _email_problem(self, address):
        settings = self._notify_cloud.settings
        known = self._known_addresses
        if not settings.domains:
            # Keystone told them to who chose them: a run asks again
            stored = self.stored_notification.get('emails', ())
            known = known | {one.lower() for one in stored}
        return notification_targets.email_problem(address, settings, known)

    def _refuse(self, field, words):
        text = words and words.text(gettext)
        if text and text not in self.errors.get(field, ()):
            self.add_error(field, text)


def _webhook_choices(
    settings: Settings, chosen: str
) -> Iterator[tuple[str, str]]:
    """Choices: none, the operator's channels, an own address."""
    yield '', gettext("None")
    names = list(settings.channels)
    if (
        chosen.startswith(_CHANNEL)
        and chosen.removeprefix(_CHANNEL) not in names
    ):
        names.append(chosen.removeprefix(_CHANNEL))
    for name in names:
        yield _CHANNEL + name, name
    if settings.hosts or chosen == OWN_ADDRESS:
        yield OWN_ADDRESS, gettext("An address of mine")


def _notes(settings: Settings) -> Iterator[str]:
    if settings.channels or settings.hosts or settings.sends_email:
        yield gettext("Without any address nobody is told.")
    if settings.hosts:
        text = gettext("The operator allows webhooks to these hosts: %s.")
        yield text % ', '.join(settings.hosts)
    elif not settings.channels:
        yield gettext("Webhooks are not configured here.")
    if not settings.sends_email:
        yield gettext("Email is not configured here.")
    if settings.hosts or settings.sends_email:
        yield gettext(
            "Everybody in the project can read these addresses: give none "
            "with a secret in it."
        )


def _split_addresses(text: str) -> list[str]:
    """Email addresses, separated by space, commas or semicolons; each once."""
    found = text.replace(',', ' ').replace(';', ' ').split()
    return list(dict.fromkeys(found))
