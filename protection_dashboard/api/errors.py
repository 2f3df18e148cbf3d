# SPDX-License-Identifier: Apache-2.0
"""Turns what the clients raise into our few exceptions."""

import contextlib
import logging
import re
import traceback

from keystoneauth1 import exceptions as keystone
import requests

from protection_dashboard import exceptions
from protection_dashboard.api import error_answers

LOG = logging.getLogger(__name__)
_KINDS = {401: exceptions.NotAuthorized, 404: exceptions.NotFound}
#: below 500, and another try may work: Request Timeout, Too Early
_UNDECIDED = (408, 425)
_OF_SHAPE = (AttributeError, LookupError, TypeError, ValueError)
_READERS = ('keystoneauth1', 'requests')
_OURS = 'protection_dashboard.'
_TAIL = re.compile(r'\s*\((HTTP \d+|Request-ID: [^)]*)\)')
_LONGEST = 300
# seconds; whoever is to wait longer is told no number
_LONG = 3600
# of an answer that has begun, and does not go on as it promised
_BROKEN = (
    requests.exceptions.ChunkedEncodingError,
    requests.exceptions.ContentDecodingError,
)


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
    told = error_answers.sentence(
        getattr(error, 'message', None) or str(error)
    )
    return one_line(told or error_answers.phrase(_status(error)))


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
    if isinstance(getattr(error, 'original', None), _BROKEN):
        return _unreadable(service)
    status = _status(error)
    if status is None and (kind := _final(error)):
        return kind(f"{service}: {_text(error)}")
    response = getattr(error, 'response', None)
    if isinstance(response, requests.Response):
        error = error_answers.ErrorAnswer(response)
        status = error.http_status
    if _is_busy(status, error):
        return _busy(service, error)
    if status is None or status >= 500 or status in _UNDECIDED:
        return exceptions.Unavailable(
            f"{service} does not work at the moment ({_text(error)}): "
            "try again, or ask your administrator."
        )
    if status < 400:
        return _unreadable(service)
    kind = _KINDS.get(status, exceptions.Refused)
    return kind(f"{service}: {_text(error)}")


def _is_busy(status, error):
    """Whether a rate limit was met, and no quota.

    Both are 413 with a Retry-After of Cinder, Manila and Trove: 0 with a
    quota, where it makes no sense to try again.
    """
    return status == 429 or (status == 413 and _seconds(error) > 0)


def _seconds(error):
    return error_answers.seconds(str(getattr(error, 'retry_after', 0)))


def _busy(service, error):
    seconds = _seconds(error)
    when = "in 1 second" if seconds == 1 else f"in {seconds} seconds"
    if not 0 < seconds <= _LONG:
        when = "later"
    return exceptions.Busy(
        f"{service} asks to be called less often ({_text(error)}): try again "
        f"{when}.",
        seconds,
    )


def _unreadable(service):
    return exceptions.Unavailable(
        f"{service} gave an answer that cannot be read: try again, or ask "
        "your administrator what stands before it."
    )


def _of_reading(error, client_errors):
    """Whether a client, or our api, could not read what was answered.

    What is raised before, or anywhere else, is a defect of ours.
    """
    if not error_answers.received.get():
        return False
    frames = [one for one, _line in traceback.walk_tb(error.__traceback__)]
    names = [one.f_globals.get('__name__', '') for one in frames]
    clients = {one.__module__.partition('.')[0] for one in client_errors}
    if not clients.union(_READERS).isdisjoint(
        name.partition('.')[0] for name in names
    ):
        return True
    ours = [n for n in names if n.startswith(_OURS) and n != __name__]
    in_api = ours and ours[-1].startswith(__package__)
    return bool(in_api) and isinstance(error, _OF_SHAPE)


@contextlib.contextmanager
def of(service, *client_errors):
    """Within it, or as a decorator: errors of one service's client."""
    before = error_answers.received.get()
    error_answers.received.set(False)
    try:
        yield
    except (keystone.ConnectFailure, keystone.ConnectTimeout) as error:
        raise exceptions.Unavailable(
            f"{service} does not answer: try again, or ask your "
            "administrator whether it runs."
        ) from error
    except (keystone.ClientException, *client_errors) as error:
        raise _sorted(service, error) from error
    except exceptions.ProtectionError:
        raise
    except Exception as error:
        if not _of_reading(error, client_errors):
            raise
        LOG.exception("%s gave an answer that cannot be read", service)
        raise _unreadable(service) from error
    finally:
        error_answers.received.set(before or error_answers.received.get())
