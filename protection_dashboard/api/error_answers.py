# SPDX-License-Identifier: Apache-2.0
"""Answers that are errors, and the message for people in them.

A gateway, a rate limiter or a proxy may answer in place of a service, with
any body: the services' clients fail on one that is not their service's.
"""

import contextvars
import datetime
from email import utils
import html
import http
import json
import re
from typing import Any
from urllib import parse

from keystoneauth1 import exceptions as keystone
import requests

#: keys under which services and gateways write a message, the best first
_NAMES = (
    'message',
    'error_msg',
    'errorMessage',
    'error_message',
    'faultstring',
    'error_description',
    'description',
    'detail',
    'details',
    'msg',
    'title',
    'error',
    'errors',
    'reason',
)
_PHRASES: dict[int | None, str] = {
    status.value: status.phrase for status in http.HTTPStatus
}
_DEPTH = 4  # levels of nested JSON that are searched for a message
_MAX_CHARACTERS = 10_000  # of a text that are searched
_TITLE = re.compile(r'<title[^<>]*>(.*?)</title>', re.S | re.I)
_INVISIBLE = re.compile(r'<(style|script)\b.*?</\1>|<!--.*?-->', re.S | re.I)
_TAG = re.compile(r'</?[a-z!][^<>]*>', re.I)
# the repr of bytes in Python
_BYTES = re.compile(r'b([\'"])(.*)\1', re.S)

#: whether any answer has arrived since the innermost errors.of began
answer_received = contextvars.ContextVar('received', default=False)


class ErrorAnswer(keystone.ClientException):
    """A service, or a gateway in front of it, answered with an error.

    ``message`` is a line for people, ``retry_after`` in how many seconds to
    ask again, 0 if unknown. This is no subclass of keystoneauth's HttpError,
    because mistralclient parses the body of each of those.
    """

    def __init__(self, response: requests.Response) -> None:
        super().__init__(response_message(response))
        self.http_status: int = response.status_code
        self.reason: str = response.reason
        self.retry_after = retry_after_seconds(
            response.headers.get('Retry-After', '')
        )


class RedirectAnswer(ErrorAnswer):
    """A service, or what stands before it, names another address.

    ``host`` is the name of the host there, '' if it is no address.
    """

    def __init__(self, response: requests.Response, address: str) -> None:
        super().__init__(response)
        self.host = parse.urlsplit(address).hostname or ''


def json_object(response: requests.Response) -> dict[str, Any]:
    """The JSON object in an answer; ValueError if it holds none."""
    found = response.json()
    if not isinstance(found, dict):
        raise ValueError(f"no JSON object: {type(found).__name__}")
    return found


def response_message(response: requests.Response) -> str:
    """The message in the body of an error, else the phrase of its status."""
    body = response.headers.get('Server-Error-Message') or response.content
    return error_message(body) or status_phrase(response.status_code)


def status_phrase(status: int | None) -> str:
    """The phrase of an HTTP status, such as 'Not Found' for 404."""
    return _PHRASES.get(status, f'HTTP status {status}')


def retry_after_seconds(value: str) -> int:
    """A Retry-After (RFC 9110, 10.2.3) in whole seconds from now.

    0 if it is in the past or cannot be read.
    """
    try:
        return max(0, int(value))
    except ValueError:
        return _seconds_until(value)


def _seconds_until(date: str) -> int:
    """Seconds until a date as in an email's header; 0 for other text."""
    now = datetime.datetime.now(datetime.UTC)
    try:
        when = utils.parsedate_to_datetime(date).astimezone(datetime.UTC)
    except (ValueError, OverflowError):
        return 0
    return max(0, round((when - now).total_seconds()))


def error_message(error: object) -> str:
    """The message for people in an error of any shape, '' if there is none.

    ``error`` is bytes or a text, which may be JSON, HTML or plain, or parsed
    JSON. What only programs can read is no message: other bytes, HTML.
    """
    if isinstance(error, bytes):
        try:
            error = error.decode()
        except UnicodeDecodeError:
            return ''
    if isinstance(error, str):
        return _message_in_text(error)
    return _message_in_json(error)


def _message_in_text(body: str) -> str:
    try:
        return _message_in_json(json.loads(body))
    except RecursionError:
        return ''
    except ValueError:
        is_cut = body.lstrip().startswith(('{', '['))
        return '' if is_cut else _first_line(body)


def _message_in_json(value: object, depth: int = _DEPTH) -> str:
    """The text at the first key of ``_NAMES``, or else in nested values."""
    if isinstance(value, str):
        return _first_line(value)
    if isinstance(value, dict):
        named = [value.get(name) for name in _NAMES]
        value = [*named, *filter(_is_container, value.values())]
    if not isinstance(value, list) or not depth:
        return ''
    found = (_message_in_json(item, depth - 1) for item in value)
    return next(filter(None, found), '')


def _is_container(value: object) -> bool:
    return isinstance(value, dict | list)


def _first_line(body: str) -> str:
    """The first line for people in a text that may be HTML, '' if none."""
    found = _BYTES.fullmatch(body.strip())
    body = (found[2] if found else body)[:_MAX_CHARACTERS]
    if _TAG.search(body):
        titles = _TITLE.findall(body)
        body = '\n'.join([*titles, _INVISIBLE.sub('\n', body)])
        body = html.unescape(_TAG.sub('\n', body))
    lines = (_printable(line) for line in body.splitlines())
    return next(filter(None, lines), '')


def _printable(line: str) -> str:
    return ''.join(filter(str.isprintable, line)).strip()
