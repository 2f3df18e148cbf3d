# SPDX-License-Identifier: Apache-2.0
"""What one request costs Horizon, told in a header of its answer.

One request at a time: then the process's CPU time is that of the request,
in whatever thread, and so are the calls that go out.
"""

import json
import time

from requests import adapters

HEADER = 'X-Bench'


class Meter:
    """A WSGI application around another; it reads its answers to the end."""

    def __init__(self, application):
        self._application = application
        self._calls = []
        self._watch()

    def _watch(self):
        """Note each call of an API: (begin, end)."""
        send, calls = adapters.HTTPAdapter.send, self._calls

        def watched(adapter, request, *args, **kwargs):
            begin = time.perf_counter()
            try:
                return send(adapter, request, *args, **kwargs)
            finally:
                url = f'{request.method} {request.url}'
                calls.append((begin, time.perf_counter(), url))

        adapters.HTTPAdapter.send = watched

    def __call__(self, environ, start_response):
        answer = []
        self._calls.clear()
        begin = time.perf_counter(), time.process_time()
        body = self._application(environ, lambda *told: answer.extend(told))
        content = b''.join(body)
        getattr(body, 'close', lambda: None)()
        told = self._told(*begin) | {'bytes': len(content)}
        status, headers = answer[:2]
        start_response(status, [*headers, (HEADER, json.dumps(told))])
        return [content]

    def _told(self, began, used):
        """Seconds of CPU and in all; calls with their seconds."""
        return {
            'cpu': time.process_time() - used,
            'wall': time.perf_counter() - began,
            'calls': len(self._calls),
            'api': sum(end - begin for begin, end, _url in self._calls),
            'urls': [
                [round(end - begin, 4), url]
                for begin, end, url in sorted(self._calls)
            ],
        }
