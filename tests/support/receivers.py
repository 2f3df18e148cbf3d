# SPDX-License-Identifier: Apache-2.0
"""Who gets what plans tell: a web server and a mail server for one test.

Both only take; the mail server knows just enough SMTP (RFC 5321) and PLAIN
authentication (RFC 4954) for Python's client.
"""

import base64
import contextlib
from email import message_from_bytes
from email import policy
from http import server
import json
import socketserver
import threading

from cloud import settings


class _Hook(server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers['Content-Length']))
        self.server.received.append((self.path, json.loads(body)))
        self.send_response(*_ANSWERS.get(self.path, (204,)))
        self.send_header('Location', '/redirected')
        self.send_header('Content-Length', '0')
        self.end_headers()

    def log_message(self, *args):
        """Not into the test's output."""


_ANSWERS = {'/away': (302,), '/broken': (500,)}


class _Mail(socketserver.StreamRequestHandler):
    def handle(self):
        self._say('220 ready')
        for line in self.rfile:
            verb = line.split()[0].upper()
            if verb == b'AUTH':
                self.server.logins.append(base64.b64decode(line.split()[2]))
            if verb == b'DATA':
                self._say('354 go on')
                self._take()
            refused = verb == b'RCPT' and b'nobody@' in line
            self._say('550 no' if refused else _REPLIES.get(verb, '250 ok'))
            if verb == b'QUIT':
                return

    def _say(self, text):
        self.wfile.write(text.encode() + b'\r\n')

    def _take(self):
        lines = iter(self.rfile.readline, b'.\r\n')
        email = message_from_bytes(b''.join(lines), policy=policy.default)
        self.server.received.append(email)


_REPLIES = {
    b'EHLO': '250-here\r\n250 AUTH PLAIN',
    b'AUTH': '235 welcome',
    b'QUIT': '221 bye',
}


@contextlib.contextmanager
def serving(kind, port, handler):
    """A server of a socketserver kind, while something uses it."""
    kind.allow_reuse_address = True
    with kind((settings.HOST, port), handler) as found:
        found.received, found.logins = [], []
        thread = threading.Thread(target=found.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield found
        finally:
            found.shutdown()
            thread.join()


def hook():
    """A web server where the operator's channel leads.

    ``received`` is ``[(path, JSON)]``.
    """
    return serving(server.ThreadingHTTPServer, settings.CHANNEL_PORT, _Hook)


def mail():
    """The operator's mail server; ``received`` are EmailMessages.

    It takes nothing for nobody@; ``logins`` is what clients said of
    themselves.
    """
    return serving(socketserver.ThreadingTCPServer, settings.MAIL_PORT, _Mail)
