# SPDX-License-Identifier: Apache-2.0
"""Turns what the clients raise into our few exceptions."""

import contextlib
import json
import re

from keystoneauth1 import exceptions as keystone

from protection_dashboard import exceptions

_KINDS = {401: exceptions.NotAuthorized, 404: exceptions.NotFound}
_TAIL = re.compile(r'\s*\((HTTP \d+|Request-ID: [^)]*)\)')
_LONGEST = 300


def one_line(text):
    """The first line of a service's text, without request id and status.

    Mistral may answer with a thousand lines of schema, Cinder appends
    ``(HTTP 404) (Request-ID: req-...)``.
    """
    lines = _TAIL.sub('', str(text or '')).strip().splitlines()
    line = lines[0].strip() if lines else ''
    return line if len(line) <= _LONGEST else line[:_LONGEST] + '…'


def _status(error):
    names = ('code', 'error_code', 'http_status', 'status_code')
    codes = (getattr(error, name, None) for name in names)
    return next((code for code in codes if isinstance(code, int)), None)


def _text(error):
    text = one_line(getattr(error, 'message', None) or error)
    if text.startswith('{'):
        with contextlib.suppress(ValueError, AttributeError):
            text = one_line(json.loads(text).get('faultstring') or text)
    return text


# what keystoneauth raises before there is an answer with a status
_WITHOUT_STATUS = (
    (
        (keystone.AuthorizationFailure, keystone.MissingAuthPlugin),
        exceptions.NotAuthorized,
    ),
    (
        (keystone.AuthPluginException, keystone.MissingAuthMethods),
        exceptions.Refused,
    ),
    (keystone.CatalogException, exceptions.Absent),
)


def _final(error):
    """The kind of an error that no second try can change; None for others."""
    return next(
        (
            kind
            for raised, kind in _WITHOUT_STATUS
            if isinstance(error, raised)
        ),
        None,
    )


def _sorted(service, error):
    status = _status(error)
    if status is None and (kind := _final(error)):
        return kind(f"{service}: {_text(error)}")
    if status is None or status >= 500:
        return exceptions.Unavailable(
            f"{service} does not work at the moment ({_text(error)}): "
            "try again, or ask your administrator."
        )
    kind = _KINDS.get(status, exceptions.Refused)
    return kind(f"{service}: {_text(error)}")


@contextlib.contextmanager
def of(service, *client_errors):
    """Within it, or as a decorator: errors of one service's client."""
    try:
        yield
    except (keystone.ConnectFailure, keystone.ConnectTimeout) as error:
        raise exceptions.Unavailable(
            f"{service} does not answer: try again, or ask your "
            "administrator whether it runs."
        ) from error
    except (keystone.ClientException, *client_errors) as error:
        raise _sorted(service, error) from error
