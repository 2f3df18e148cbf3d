# SPDX-License-Identifier: Apache-2.0
"""What is said of a mail server, from the answers of one."""

import contextlib
import socketserver

import pytest

from cloud import settings as cloud_settings
from protection_dashboard import settings
from protection_dashboard.api import smtp
from tests.support import receivers


def answering(replies, greeting=b'220 ready'):
    """A handler that greets, and answers verbs with ``replies``."""
    known = {b'QUIT': b'221 bye', **replies}

    class Handler(socketserver.StreamRequestHandler):
        def handle(self):
            self.wfile.write(greeting + b'\r\n')
            with contextlib.suppress(ConnectionError):
                for line in self.rfile:
                    verb = line.split()[0].upper()
                    self.server.received.append(verb)
                    self.wfile.write(known.get(verb, b'250 ok') + b'\r\n')
                    if verb == b'QUIT':
                        return

    return Handler


def problem(handler, **facts):
    """``(what is said of the server, the verbs that it got)``."""
    kind = socketserver.ThreadingTCPServer
    with receivers.serving(kind, 0, handler) as server:
        address = f'{cloud_settings.HOST}:{server.server_address[1]}'
        operator = settings.Settings(smtp_server=address, **facts)
        return smtp.mail_server_problem(operator, 2), server.received


LOGIN = {'smtp_user': 'us', 'smtp_password': 'secret'}
PLAIN = b'250-here\r\n250 AUTH PLAIN'


def test_a_server_that_answers_is_fine():
    assert problem(answering({})) == ('', [b'EHLO', b'NOOP', b'QUIT'])


@pytest.mark.parametrize(
    ('replies', 'greeting', 'facts', 'said'),
    [
        (
            {b'NOOP': b'421 no'},
            b'220 ready',
            {},
            "It answers NOOP with 421.",
        ),
        ({}, b'554 go away', {}, "It does not answer as a mail server does."),
        ({}, b'HTTP/1.1 400', {}, "It does not answer as a mail server does."),
        (
            {b'EHLO': PLAIN, b'AUTH': b'535 no'},
            b'220 ready',
            LOGIN,
            "It refuses the login.",
        ),
        (
            {},
            b'220 ready',
            LOGIN,
            "It does not answer as a mail server does.",
        ),
        (
            {},
            b'220 ready',
            {'smtp_tls': 'tls'},
            "Its certificate, or its TLS, does not work.",
        ),
        (
            {},
            b'220 ready',
            {'smtp_tls': 'starttls'},
            "It does not answer as a mail server does.",
        ),
    ],
)
def test_what_is_wrong_is_told_in_a_sentence(replies, greeting, facts, said):
    assert problem(answering(replies, greeting), **facts)[0] == said


@pytest.mark.parametrize('server', ['127.0.0.1:9', '127.0.0.1:no'])
def test_a_server_that_is_not_there_does_not_answer(server):
    operator = settings.Settings(smtp_server=server)
    assert smtp.mail_server_problem(operator, 2) == "It does not answer."
