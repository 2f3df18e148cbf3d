# SPDX-License-Identifier: Apache-2.0
"""The guest agents under Trove: one answers for each database instance.

A guest listens on Trove's real topic ``guestagent.<instance id>`` and
reports through the real conductor. It keeps the names of its databases and
users; a backup is a JSON document of them, so that a restored instance shows
what there was at the moment of the backup.
"""

import json

import eventlet
import oslo_messaging
from oslo_utils import timeutils
from trove import rpc
from trove.backup.state import BackupState
from trove.common import pagination
from trove.common.context import TroveContext
from trove.conductor import api as conductor

from cloud.services import faults
from cloud.services.trove.dataplane import dataplane
from cloud.services.trove.dataplane import faults_in
from cloud.services.trove.dataplane import seconds
from cloud.services.trove.objects import Account

HEARTBEAT = 20  # seconds; Trove calls a guest dead after 60
_VERSION = '1.3'
_guests = {}


def start(instance_id):
    """Let the guest of an instance answer and report."""
    _guests[instance_id] = Agent(instance_id)


def remove(instance_id):
    """End the guest of an instance and forget its databases."""
    agent = _guests.pop(instance_id, None)
    if agent:
        agent.stop()
    dataplane().guests.pop(instance_id, None)


class Agent:
    """The RPC server and the heartbeat of one guest."""

    def __init__(self, instance_id):
        self._guest = Guest(instance_id)
        target = oslo_messaging.Target(
            topic=f'guestagent.{instance_id}',
            server=instance_id,
            version=_VERSION,
        )
        self._server = rpc.get_server(target, [self._guest], key=None)
        self._server.start()
        self._heartbeat = eventlet.spawn(self._beat)

    def _beat(self):
        while True:
            if self._guest.data['status'] != 'new':
                self._guest.report()
            eventlet.sleep(HEARTBEAT)

    def stop(self):
        self._heartbeat.kill()
        self._server.stop()


class Guest:
    """What Trove asks of a guest, version 1.3 (trove.guestagent.api)."""

    target = oslo_messaging.Target(version=_VERSION)

    def __init__(self, instance_id):
        self._id = instance_id
        new = {'status': 'new', 'databases': [], 'users': [], 'root': False}
        self.data = dataplane().guests.setdefault(instance_id, new)

    def _update(self, **values):
        self.data.update(values)
        dataplane().save()

    def report(self, context=None):
        """Send the heartbeat with the status of the database server."""
        conductor.API(context or TroveContext()).heartbeat(
            self._id,
            {'service_status': self.data['status']},
            sent=timeutils.utcnow_ts(microsecond=True),
        )

    def _become(self, status, context):
        self._update(status=status)
        self.report(context)

    def rpc_ping(self, context):
        return True

    def prepare(
        self,
        context,
        databases=None,
        users=None,
        backup_info=None,
        root_password=None,
        **_,
    ):
        self._become('building', context)
        self._update(
            databases=databases or [],
            users=users or [],
            root=bool(root_password),
        )
        if backup_info:
            self._restore(context, backup_info)
        self._become('healthy', context)

    def _restore(self, context, backup_info):
        eventlet.sleep(seconds.restore)
        container, name = backup_info['location'].split('/')[-2:]
        account = Account(context.project_id)
        content = account.get_object(container, name)[1]
        self._update(**json.loads(content))

    def create_backup(self, context, backup_info):
        report = {
            'backup_id': backup_info['id'],
            'backup_type': 'incremental' if backup_info['parent'] else 'full',
            'state': BackupState.BUILDING,
        }
        self._report_backup(context, report)
        eventlet.sleep(seconds.backup)
        fault = faults.wanted('create_backup', faults_in(backup_info['name']))
        if fault == faults.FAIL:
            report |= {'state': BackupState.FAILED, 'success': False}
        else:
            report |= self._store(context, backup_info)
        self._report_backup(context, report)

    def _store(self, context, backup_info):
        content = json.dumps(
            {key: self.data[key] for key in ('databases', 'users')}
        ).encode()
        account = Account(context.project_id)
        container = backup_info['swift_container'] or 'database_backups'
        name = f'{backup_info["id"]}.json'
        return {
            'state': BackupState.COMPLETED,
            'success': True,
            'checksum': account.put_object(container, name, content),
            'size': 0.1,
            'location': f'{account.url}/{container}/{name}',
        }

    def _report_backup(self, context, report):
        conductor.API(context).update_backup(
            self._id, sent=timeutils.utcnow_ts(microsecond=True), **report
        )

    def get_filesystem_stats(self, context, fs_path=None):
        return {'used': 0.35, 'total': 1.0}

    def stop_db(self, context, **_):
        self._become('shutdown', context)

    def restart(self, context):
        eventlet.sleep(seconds.boot)
        self._become('healthy', context)

    def create_database(self, context, databases):
        self._update(databases=self.data['databases'] + databases)

    def list_databases(self, context, **page):
        return _page(self.data['databases'], page)

    def delete_database(self, context, database):
        self._update(databases=_without(self.data['databases'], database))

    def create_user(self, context, users):
        self._update(users=self.data['users'] + users)

    def list_users(self, context, **page):
        return _page(self.data['users'], page)

    def delete_user(self, context, user):
        self._update(users=_without(self.data['users'], user))

    def is_root_enabled(self, context):
        return self.data['root']

    def guest_log_list(self, context):
        return []

    def module_list(self, context, **_):
        return []


def _page(rows, page):
    """Return the rows of a page, and where the next one begins or None."""
    return pagination.paginate_dict_list(rows, '_name', **page)


def _without(rows, row):
    return [other for other in rows if other['_name'] != row['_name']]
