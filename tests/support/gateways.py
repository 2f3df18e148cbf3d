# SPDX-License-Identifier: Apache-2.0
"""What stands before a service and answers in its place, on this machine.

A gateway, a rate limiter or a captive proxy cannot be had of the services
themselves.
"""

import contextlib
import dataclasses
from http import server
from urllib import parse

import requests

from cloud import settings
from protection_dashboard.api import cloud as clouds
from tests.support import receivers

TYPES = (
    'block-storage',
    'compute',
    'database',
    'shared-file-system',
    'workflowv2',
    'backup',
    'image',
    'network',
    'identity',
)


@dataclasses.dataclass
class Answer:
    """What each request gets; ``headers`` are ``{name: value}``."""

    status: int = 200
    body: bytes = b''
    kind: str = 'application/json'
    headers: dict = dataclasses.field(default_factory=dict)


class _Handler(server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'
    wbufsize = -1  # head and body at once

    def _answer(self):
        self.sent = self.rfile.read(int(self.headers['Content-Length'] or 0))
        self.server.asked.append(f'{self.command} {self.path}')
        answer = self.server.answer(self)
        self.send_response(answer.status)
        if answer.kind:
            self.send_header('Content-Type', answer.kind)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header('Content-Length', str(len(answer.body)))
        self.end_headers()
        if self.command != 'HEAD':
            self.wfile.write(answer.body)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = _answer

    def log_message(self, *args):
        """Not into the test's output."""


@contextlib.contextmanager
def serving(answer, path=''):
    """A gateway; ``answer(handler)`` gives the Answer to each request.

    ``url`` is where it listens, ``path`` the end of that, ``asked`` what it
    was asked: "GET /path".
    """
    kind = server.ThreadingHTTPServer
    with receivers.serving(kind, 0, _Handler) as found:
        found.answer, found.asked = answer, []
        found.url = f'http://{settings.HOST}:{found.server_port}{path}'
        yield found


def before(url, answer):
    """As ``serving``, before a real service; its own ``url`` is as that one.

    ``answer(handler, passed)``: ``passed()`` gives the service's Answer.
    """
    real = parse.urlsplit(url)

    def asked(handler):
        return answer(handler, lambda: _passed(handler, real))

    return serving(asked, real.path)


def _passed(handler, real):
    told = {**handler.headers, 'Host': real.netloc}
    found = requests.request(
        handler.command,
        f'{real.scheme}://{real.netloc}{handler.path}',
        data=handler.sent,
        headers=told,
        allow_redirects=False,
        timeout=60,
    )
    kind = found.headers.get('Content-Type', '')
    return Answer(found.status_code, found.content, kind)


def cloud(url, **facts):
    """A Cloud all of whose services are at an address."""
    catalog = [
        {'type': kind, 'name': kind, 'endpoints': [endpoint(url)]}
        for kind in TYPES
    ]
    whole = {'token': 't', 'project_id': 'p', 'region': 'R', **facts}
    return clouds.Cloud(catalog=catalog, **whole)


def endpoint(url, region='R', interface='public'):
    return {'interface': interface, 'region': region, 'url': url}
