# SPDX-License-Identifier: Apache-2.0
"""The last step of a run: tell people of it, as their plan wants."""

import dataclasses
import datetime

from protection_dashboard import deliveries
from protection_dashboard import exceptions
from protection_dashboard import messages
from protection_dashboard import missed


@dataclasses.dataclass(frozen=True)
class Ended:
    """A run that is about to end.

    ``failure`` is one line or None; ``schedule`` is the id of the schedule
    that started it by itself, or empty; ``started`` is aware.
    """

    document: dict
    workflow_name: str
    schedule: str
    started: datetime.datetime
    failure: str | None
    waits: list
    removals: list

    @property
    def event(self):
        return messages.FAILURE if self.failure else messages.SUCCESS

    @property
    def wish(self):
        """Its schedule as the plan knows it, None if it does not."""
        wishes = self.document['schedules']
        return next((w for w in wishes if w['id'] == self.schedule), None)


def of_run(cloud, ended, guard):
    """``{"notices": [...], "troubles": [sentence]}``; see deliveries.py."""
    notification = ended.document.get('notification') or {}
    wanted = notification.get('on', [])
    told, troubles = [], []
    if messages.MISSED in wanted and ended.wish:
        try:
            told += _of_missed(cloud, ended)
        except exceptions.ProtectionError as error:
            troubles.append(f"Missed runs were not looked for: {error}")
    if ended.event in wanted:
        told.append(_of_this(cloud, ended))
    return {
        'notices': [
            notice
            for message in told
            for notice in deliveries.deliver(
                notification, message, cloud.settings, guard
            )
        ],
        'troubles': troubles,
    }


def _of_missed(cloud, ended):
    due = missed.before(cloud, ended.workflow_name, ended.wish, ended.started)
    if due is None:
        return []
    reason = f"The run of {due:%Y-%m-%d %H:%M} UTC did not begin."
    return [_message(cloud, ended, messages.MISSED, due, reason=reason)]


def _of_this(cloud, ended):
    return _message(
        cloud,
        ended,
        ended.event,
        ended.started,
        reason=ended.failure or '',
        results=messages.results(ended.waits),
        removed=messages.removed(ended.removals),
    )


def _message(cloud, ended, event, started, **facts):
    return messages.of(
        event,
        cloud,
        ended.document['id'],
        ended.document['name'],
        started=started.isoformat(timespec='seconds'),
        **facts,
    )


def test(cloud, notification, name, guard):
    """As ``of_run``, with ``failure``: why it did not arrive, or None."""
    message = messages.of(
        messages.TEST, cloud, '', name, reason="This is only a test."
    )
    found = deliveries.deliver(notification, message, cloud.settings, guard)
    failure = deliveries.failure(found)
    return {'notices': found, 'troubles': [], 'failure': failure}
