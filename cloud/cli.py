# SPDX-License-Identifier: Apache-2.0
"""The command line: each command returns its exit code."""

import argparse
import os
import shutil
import sys

from cloud import settings
from cloud.services import catalog
from cloud.supervisor import control
from cloud.supervisor import process
from cloud.supervisor import supervisor
from cloud.supervisor.failure import Failure


def main(arguments):
    """Run one command; a Failure is one line on stderr and exit code 1."""
    options = _parser().parse_args(arguments)
    try:
        return options.run(options) or 0
    except (Failure, OSError) as failure:
        print(f'cloud: {failure}', file=sys.stderr)
        return 1


def _parser():
    parser = argparse.ArgumentParser(prog='python -m cloud')
    commands = parser.add_subparsers(required=True, metavar='COMMAND')
    for name, (run, about) in _PLAIN.items():
        commands.add_parser(name, help=about).set_defaults(run=run)
    for name, (run, about) in _OF_A_SERVICE.items():
        command = commands.add_parser(name, help=about)
        command.set_defaults(run=run)
        command.add_argument('service', choices=list(_services()))
    commands.choices['logs'].add_argument(
        '-f', '--follow', action='store_true'
    )
    return parser


def _services():
    return {service.name: service for service in catalog.SERVICES}


def _up(options):
    parent = os.environ.get('CLOUD_PARENT')
    if parent:
        process.die_with_parent(int(parent))
    supervisor.run([service() for service in catalog.SERVICES])


def _down(options):
    if not control.end_cloud():
        print("The cloud is not up.")


def _status(options):
    services = [service() for service in catalog.SERVICES]
    states = {service: service.healthy() for service in services}
    for service, up in states.items():
        print(f'{service.name:18} {"up" if up else "down":5} {service.url}')
    return 0 if all(states.values()) else 1


def _reset(options):
    pid = control.running_pid()
    if pid:
        raise Failure(f'The cloud is up, pid {pid}: end it first.')
    if control.PID_FILE.exists():
        shutil.rmtree(settings.STATE)


def _logs(options):
    log = _services()[options.service]().log
    if not log.exists():
        raise Failure(f'{options.service} has no log yet.')
    follow = ['-f'] if options.follow else []
    os.execvp('tail', ['tail', '-n', '100', *follow, str(log)])


def _stop(options):
    control.stop(_services()[options.service]())


def _kill(options):
    control.kill(_services()[options.service]())


def _start(options):
    control.start(_services()[options.service]())


def _restart(options):
    _stop(options)
    _start(options)


_PLAIN = {
    'up': (_up, "start everything, stay in the foreground"),
    'down': (_down, "end the running cloud"),
    'status': (_status, "one line per service, exit code 0 if all are up"),
    'reset': (_reset, "remove all data"),
}
_OF_A_SERVICE = {
    'logs': (_logs, "the end of a service's log"),
    'stop': (_stop, "end one service of the running cloud"),
    'kill': (_kill, "end it by SIGKILL"),
    'start': (_start, "start it again"),
    'restart': (_restart, "end one service and start it again"),
}
