# SPDX-License-Identifier: Apache-2.0
"""Turns what the services' clients raise into our few exceptions."""

from collections.abc import Iterator
import contextlib
import logging
import re
import traceback
from typing import Any

from keystoneauth1 import exceptions as keystone
import requests

from protection_dashboard import exceptions
from protection_dashboard.api import error_answers

LOG = logging.getLogger(__name__)
_CLASSES = {
    401: exceptions.NotAuthorized,
    404: exceptions.NotFound,
    409: exceptions.Conflict,
}
#: statuses below 500 after which another try may work: Request Timeout,
#: Too Early
_TEMPORARY = (408, 425)
#: what code raises that reads an answer of another shape than it expects
_SHAPE_ERRORS = (
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
)
#: packages that read answers, besides the clients
_READERS = ('keystoneauth1', 'requests')
_OUR_PACKAGE = 'protection_dashboard.'
_TAIL = re.compile(r'\s*\((HTTP \d+|Request-ID: [^)]*)\)')
_MAX_LENGTH = 300
# seconds; the sentence names no number that is larger
_MAX_WAIT = 3600
# raised for an answer whose body ends early or is not encoded as it says
_BROKEN_BODY = (
    requests.exceptions.ChunkedEncodingError,
    requests.exceptions.ContentDecodingError,
)


def one_line(text: str | None) -> str:
    """The first line of a service's message, without request id and status.

    At most 300 characters and '…'; '' for None. Mistral's message may be a
    thousand lines of schema, Cinder appends
    ``(HTTP 404) (Request-ID: req-...)``.
    """
    lines = _TAIL.sub('', str(text or '')).strip().splitlines()
    line = lines[0].strip() if lines else ''
    return line if len(line) <= _MAX_LENGTH else line[:_MAX_LENGTH] + '…'


def _status(error: BaseException) -> int | None:
    """The HTTP status, which each client keeps under another name."""
    names = ('code', 'error_code', 'http_status', 'status_code')
    codes = (getattr(error, name, None) for name in names)
    return next((code for code in codes if isinstance(code, int)), None)


def _text(error: BaseException) -> str:
    message = error_answers.error_message(
        getattr(error, 'message', None) or str(error)
    )
    return one_line(message or error_answers.status_phrase(_status(error)))


# what keystoneauth raises before there is an answer with a status, and ours
_WITHOUT_STATUS: tuple[tuple[Any, type[exceptions.ProtectionError]], ...] = (
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


def _class_without_status(
    error: BaseException,
) -> type[exceptions.ProtectionError] | None:
    """Our class for an error without a status; None if a retry may help."""
    return next(
        (
            ours
            for raised, ours in _WITHOUT_STATUS
            if isinstance(error, raised)
        ),
        None,
    )


def _translated(service: str, error: Any) -> exceptions.ProtectionError:
    """Our exception in place of a client's."""
    if isinstance(getattr(error, 'original', None), _BROKEN_BODY):
        return _unreadable(service)
    if isinstance(error, keystone.SSLError):
        return exceptions.Unavailable(
            f"The certificate of {service} is not trusted here: ask your "
            "administrator."
        )
    if isinstance(error, keystone.ConnectionError):
        return _no_answer(service)
    if isinstance(error, error_answers.RedirectAnswer):
        return _elsewhere(service, error)
    status = _status(error)
    if status is None and (ours := _class_without_status(error)):
        return ours(f"{service}: {_text(error)}")
    response = getattr(error, 'response', None)
    if isinstance(response, requests.Response):
        error = error_answers.ErrorAnswer(response)
        status = error.http_status
    if _is_busy(status, error):
        return _busy(service, error)
    if status is None or status >= 500 or status in _TEMPORARY:
        return exceptions.Unavailable(
            f"{service} does not work at the moment ({_text(error)}): "
            "try again, or ask your administrator."
        )
    if status < 400:
        return _unreadable(service)
    ours = _CLASSES.get(status, exceptions.Refused)
    return ours(f"{service}: {_text(error)}")


def _is_busy(status: int | None, error: BaseException) -> bool:
    """Whether a rate limit was exceeded, and not a quota.

    For both, Cinder, Manila and Trove answer 413 with Retry-After. For a
    quota it is 0, as it makes no sense to try again.
    """
    return status == 429 or (status == 413 and _retry_after(error) > 0)


def _retry_after(error: BaseException) -> int:
    """In how many seconds to try again, 0 if unknown."""
    return error_answers.retry_after_seconds(
        str(getattr(error, 'retry_after', 0))
    )


def _busy(service: str, error: BaseException) -> exceptions.Busy:
    seconds = _retry_after(error)
    when = "in 1 second" if seconds == 1 else f"in {seconds} seconds"
    if not 0 < seconds <= _MAX_WAIT:
        when = "later"
    return exceptions.Busy(
        f"{service} asks to be called less often ({_text(error)}): try again "
        f"{when}.",
        seconds,
    )


def _no_answer(service: str) -> exceptions.Unavailable:
    return exceptions.Unavailable(
        f"{service} does not answer: try again, or ask your administrator "
        "whether it runs."
    )


def _elsewhere(
    service: str, error: error_answers.RedirectAnswer
) -> exceptions.Unavailable:
    place = f" ({error_answers.error_message(error.host)})"
    return exceptions.Unavailable(
        f"{service} sends requests on to another address"
        f"{place if error.host else ''}, which the service catalog does not "
        "name: ask your administrator to mend the catalog."
    )


def _unreadable(service: str) -> exceptions.Unavailable:
    return exceptions.Unavailable(
        f"{service} gave an answer that cannot be read: try again, or ask "
        "your administrator what stands before it."
    )


def _is_of_reading(
    error: BaseException, client_errors: tuple[Any, ...]
) -> bool:
    """Whether a client, or our api package, failed to read an answer.

    An error that is raised before there is an answer, or by other code, is
    a defect of ours.
    """
    if not error_answers.answer_received.get():
        return False
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    names = [frame.f_globals.get('__name__', '') for frame in frames]
    clients = {cls.__module__.partition('.')[0] for cls in client_errors}
    if not clients.union(_READERS).isdisjoint(
        name.partition('.')[0] for name in names
    ):
        return True
    ours = [n for n in names if n.startswith(_OUR_PACKAGE) and n != __name__]
    in_api = bool(ours) and ours[-1].startswith(__package__)
    return in_api and isinstance(error, _SHAPE_ERRORS)


@contextlib.contextmanager
def convert_errors(service: str, *client_errors: Any) -> Iterator[None]:
    """Turn the errors of one service's client into ProtectionErrors.

    A context manager, and a decorator. ``service`` is its name for users,
    ``client_errors`` are the exception classes of its client besides
    keystoneauth's. Raises NotAuthorized (401), NotFound (404), Busy (a rate
    limit), Refused (other statuses below 500), and Unavailable for all
    others: no answer, a failure, or an answer that cannot be read.
    """
    before = error_answers.answer_received.get()
    error_answers.answer_received.set(False)
    try:
        yield
    except (keystone.ConnectFailure, keystone.ConnectTimeout) as error:
        raise _no_answer(service) from error
    except (keystone.ClientException, *client_errors) as error:
        raise _translated(service, error) from error
    except exceptions.ProtectionError:
        raise
    except Exception as error:
        if not _is_of_reading(error, client_errors):
            raise
        LOG.exception("%s gave an answer that cannot be read", service)
        raise _unreadable(service) from error
    finally:
        error_answers.answer_received.set(
            before or error_answers.answer_received.get()
        )
