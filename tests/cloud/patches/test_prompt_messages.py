# SPDX-License-Identifier: Apache-2.0
"""Calls through oslo.messaging's in-memory driver, one after the other."""

import subprocess
import sys

from cloud import settings

CALLS = 60
POLL = 0.05  # seconds between two looks of a listener that nobody wakes
CODE = """
import sys, time, warnings
warnings.simplefilter('ignore')
from oslo_config import cfg
from oslo_service import backend
backend.init_backend(backend.BackendType.THREADING)
from cloud.patches import prompt_messages
if sys.argv[2] == 'patched':
    prompt_messages.install()
import oslo_messaging

class Endpoint:
    def echo(self, ctxt, number):
        return number

transport = oslo_messaging.get_rpc_transport(cfg.CONF, url='fake:///')
target = oslo_messaging.Target(topic='tests', server='here')
server = oslo_messaging.get_rpc_server(
    transport, target, [Endpoint()], executor='threading'
)
server.start()
client = oslo_messaging.get_rpc_client(transport, target)
client.call({}, 'echo', number=0)
begin = time.monotonic()
numbers = range(int(sys.argv[1]))
told = [client.call({}, 'echo', number=number) for number in numbers]
took = time.monotonic() - begin
server.stop()
server.wait()
print(told == list(numbers), took)
"""


def took(patched):
    """Seconds, of right answers."""
    ran = subprocess.run(
        [sys.executable, '-c', CODE, str(CALLS), patched],
        cwd=settings.ROOT,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        timeout=60,
    )
    right, seconds = ran.stdout.split()
    assert right == 'True'
    return float(seconds)


def test_a_message_does_not_lie_until_the_next_look():
    assert took('patched') < CALLS * POLL / 2


def test_without_the_patch_it_does():
    """Else the patch is needed no more."""
    assert took('as it is') > CALLS * POLL / 2
