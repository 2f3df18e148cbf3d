# SPDX-License-Identifier: Apache-2.0
"""Whether each service that we use answers at its endpoint in the catalog."""

from collections.abc import Iterator
import functools
import time

from protection_dashboard import exceptions
from protection_dashboard import plugins
from protection_dashboard.api import cloud as api_cloud
from protection_dashboard.api import keystone
from protection_dashboard.api.cloud import Cloud
from protection_dashboard.api.mistral import client as mistral
from protection_dashboard.common.i18n import TranslatableText
from protection_dashboard.common.i18n import gettext_noop as _
from protection_dashboard.protectables.base import Protectable
from protection_dashboard.protections.base import Protection
from protection_dashboard.reports.health import check

NAME = _("Service %(service)s (%(type)s)")


def service_checks(cloud: Cloud) -> Iterator[check.NamedCheck]:
    """The check of each service that a plugin or we need."""
    installed: list[Protectable | Protection] = [
        *plugins.protectables().values(),
        *plugins.protections().values(),
    ]
    used = {
        plugin.service_type: plugin.service
        for plugin in installed
        if plugin.service_type
    }
    always = {
        keystone.SERVICE_TYPE: 'Keystone',
        mistral.SERVICE_TYPE: 'Mistral',
    }
    for kind, service in {**always, **used}.items():
        name = TranslatableText(NAME, {'service': service, 'type': kind})
        if kind in always or cloud.has(kind):
            yield (name,), functools.partial(_answers, kind, service, name)
        else:
            yield (name,), functools.partial(_absent, name)


def _absent(name: TranslatableText, cloud: Cloud) -> list[check.Check]:
    message = TranslatableText(
        _("Not part of this cloud: nothing of it is protected.")
    )
    return [check.Check(name, check.OK, message)]


def _answers(
    kind: str, service: str, name: TranslatableText, cloud: Cloud
) -> list[check.Check]:
    begin = time.monotonic()
    try:
        api_cloud.check_endpoint(cloud, kind, service)
    except exceptions.Unavailable:
        return [_no_answer(kind, service, name, cloud)]
    spent = round(1000 * (time.monotonic() - begin))
    message = TranslatableText(_("Answers in %(spent)d ms."), {'spent': spent})
    return [check.Check(name, check.OK, message)]


def _no_answer(
    kind: str, service: str, name: TranslatableText, cloud: Cloud
) -> check.Check:
    if not cloud.has(kind):
        message = TranslatableText(_("The service catalog does not name it."))
        text = _("Run %(service)s and register its endpoint.")
    else:
        message = TranslatableText(
            _("%(url)s does not work."),
            {'url': api_cloud.endpoint_root(cloud.url(kind))},
        )
        text = _("Look whether %(service)s runs, and at its endpoint.")
    advice = TranslatableText(text, {'service': service})
    return check.Check(name, check.FAILED, message, advice)
