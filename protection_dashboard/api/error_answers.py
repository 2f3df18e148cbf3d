# SPDX-License-Identifier: Apache-2.0
"""What is answered instead of what was asked for, and what it says.

A gateway, a rate limiter or a proxy answers in a service's place as it
likes: the services' clients break on a body that is not their service's.
"""

import contextvars
import datetime
from email import utils
import html
import http
import json
import re

from keystoneauth1 import exceptions as keystone

#: where services and gateways write their sentence, the most telling first
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
_DEPTH = 4
_MOST = 10_000  # characters of a text that are looked at
_TITLE = re.compile(r'<title[^<>]*>(.*?)</title>', re.S | re.I)
_SILENT = re.compile(r'<(style|script)\b.*?</\1>|<!--.*?-->', re.S | re.I)
_TAG = re.compile(r'</?[a-z!][^<>]*>', re.I)
# Python's own way to write bytes
_BYTES = re.compile(r'b([\'"])(.*)\1', re.S)

#: whether anything has answered since errors.of began
received = contextvars.ContextVar('received', default=False)


class ErrorAnswer(keystone.ClientException):
    """A service, or what stands before it, answered with an error.

    ``message`` is a line for people, ``retry_after`` in how many seconds to
    ask again, 0 when it does not say. It is no HttpError, as mistralclient
    parses the body of each of those.
    """

    def __init__(self, response):
        super().__init__(text(response))
        self.http_status = response.status_code
        self.reason = response.reason
        self.retry_after = seconds(response.headers.get('Retry-After', ''))


def mapping(response):
    """The JSON object that a requests.Response holds; ValueError if none."""
    found = response.json()
    if not isinstance(found, dict):
        raise ValueError(f"no JSON object: {type(found).__name__}")
    return found


def text(response):
    """What the body of a requests.Response says, else its status does."""
    told = response.headers.get('Server-Error-Message') or response.content
    return sentence(told) or phrase(response.status_code)


def phrase(status):
    try:
        return http.HTTPStatus(status).phrase
    except ValueError:
        return f'HTTP status {status}'


def seconds(value):
    """A Retry-After (RFC 9110, 10.2.3) in whole seconds from now, or 0."""
    try:
        return max(0, int(value))
    except ValueError:
        return _seconds_until(value)


def _seconds_until(date):
    now = datetime.datetime.now(datetime.UTC)
    try:
        when = utils.parsedate_to_datetime(date).astimezone(datetime.UTC)
    except (ValueError, OverflowError):
        return 0
    return max(0, round((when - now).total_seconds()))


def sentence(told):
    """The words in whatever was given as an error, '' if there are none.

    ``told`` is bytes or a text, which may be JSON, HTML or plain, or what
    JSON becomes. What only programs read is none: no bytes, no HTML.
    """
    if isinstance(told, bytes):
        try:
            told = told.decode()
        except UnicodeDecodeError:
            return ''
    if isinstance(told, str):
        return _of_text(told)
    return _of_json(told)


def _of_text(told):
    try:
        return _of_json(json.loads(told))
    except RecursionError:
        return ''
    except ValueError:
        is_cut = told.lstrip().startswith(('{', '['))
        return '' if is_cut else _plain(told)


def _of_json(told, depth=_DEPTH):
    """The text at the first name that promises one, or further down."""
    if isinstance(told, str):
        return _plain(told)
    if isinstance(told, dict):
        named = [told.get(name) for name in _NAMES]
        told = [*named, *filter(_has_more, told.values())]
    if not isinstance(told, list) or not depth:
        return ''
    found = (_of_json(one, depth - 1) for one in told)
    return next(filter(None, found), '')


def _has_more(value):
    return isinstance(value, dict | list)


def _plain(told):
    """The first line for people in a text that may be HTML, '' if none."""
    found = _BYTES.fullmatch(told.strip())
    told = (found[2] if found else told)[:_MOST]
    if _TAG.search(told):
        titles = _TITLE.findall(told)
        told = '\n'.join([*titles, _SILENT.sub('\n', told)])
        told = html.unescape(_TAG.sub('\n', told))
    lines = (_printable(line) for line in told.splitlines())
    return next(filter(None, lines), '')


def _printable(line):
    return ''.join(filter(str.isprintable, line)).strip()
