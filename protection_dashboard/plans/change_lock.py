# SPDX-License-Identifier: Apache-2.0
"""Only one change of a plan at a time, whichever process makes it.

Mistral cannot be asked to replace a workflow only if nobody else has done so
since it was read. But it refuses a second workflow of the same name in a
project, so a workflow can be a lock: who changes a plan creates
``protection.change.<plan id>`` first and deletes it afterwards. Others wait
meanwhile. It has no tag, so no list of ours shows it.
"""

from collections.abc import Iterator
import contextlib
import datetime
import random
import time

from protection_dashboard import exceptions
from protection_dashboard.api.cloud import Cloud
from protection_dashboard.api.mistral import client as mistral
from protection_dashboard.common import clock
from protection_dashboard.workflows import definitions

NAME_PREFIX = 'protection.change.'
#: seconds that a change waits for others
_WAIT = 30.0
#: a lock of this age was left by a process that has died. Whose clock differs
#: from Mistral's must have seen it for some seconds as well.
_LEFT_AFTER = datetime.timedelta(minutes=2)
_SEEN_FOR = 10.0
_PAUSES = (0.05, 0.2)


@contextlib.contextmanager
def plan_lock(
    cloud: Cloud, plan_id: str, wait: float = _WAIT
) -> Iterator[None]:
    """Within it nobody else changes, arms or deletes anything of the plan.

    It must not be entered twice by the same code. ``wait`` is for how many
    seconds it waits for the changes of others; then it raises Refused.
    """
    lock_id = _locked(cloud, NAME_PREFIX + plan_id, time.monotonic() + wait)
    try:
        yield
    finally:
        # if this fails, the lock goes once it is old
        with contextlib.suppress(exceptions.ProtectionError):
            mistral.workflow_delete(cloud, lock_id)


def _locked(cloud: Cloud, name: str, end: float) -> str:
    """Create the lock, and return its id."""
    text = definitions.dump_definition(
        name, {'tasks': {'none': {'action': 'std.noop'}}}
    )
    seen: dict[str, float] = {}
    while True:
        try:
            return mistral.workflow_create(cloud, text).id
        except exceptions.Conflict as error:
            _remove_left_lock(cloud, name, seen)
            if time.monotonic() > end:
                raise exceptions.Refused(
                    "Somebody else is changing this plan at this moment: try "
                    "again, after two minutes at the latest."
                ) from error
        time.sleep(random.uniform(*_PAUSES))  # noqa: S311  no secret


def _remove_left_lock(cloud: Cloud, name: str, seen: dict[str, float]) -> None:
    """Delete a lock whose process has died.

    By its id, so that a new one of the same name stays. ``seen`` is since
    when (monotonic seconds) which lock has been there, by id.
    """
    now = time.monotonic()
    for lock in mistral.workflow_list(cloud, name=name):
        since = seen.setdefault(lock.id, now)
        age = clock.now() - clock.parse_utc(lock.created_at)
        if age > _LEFT_AFTER and now - since > _SEEN_FOR:
            with contextlib.suppress(exceptions.NotFound):
                mistral.workflow_delete(cloud, lock.id)
