# SPDX-License-Identifier: Apache-2.0
"""The schedules of a plan that an imported document replaces."""

from protection_dashboard import exceptions
from protection_dashboard.plans import diff
from protection_dashboard.plans import service
from protection_dashboard.schedules import service as schedule_service


def replace(cloud, base, document):
    """Save a document of ``in_place_of``; errors of schedules, one each.

    Refused, with what changed, when the plan is no longer as in ``base``.
    """
    plan = service.plan_get(cloud, base['id'])
    changes = diff.differences(base, plan.document, diff.IMPORTED)
    if changes:
        raise exceptions.Refused(
            "Somebody else has changed this plan meanwhile: "
            f"{'; '.join(map(str, changes))}. Look at the preview again."
        )
    plan = service.plan_update(cloud, base, document)
    return list(_schedule_errors(cloud, plan, document['schedules']))


def _schedule_errors(cloud, plan, wanted):
    """Make the plan's schedules those that are wanted."""
    old = {wish['id']: wish for wish in plan.schedules}
    new = {wish['id']: wish for wish in wanted}
    steps = [
        (schedule_service.schedule_delete, one)
        for one in old
        if one not in new
    ] + [
        (_changed if one in old else _added, wish)
        for one, wish in new.items()
        if wish != old.get(one)
    ]
    for act, subject in steps:
        try:
            act(cloud, plan, subject)
        except exceptions.ProtectionError as error:
            yield error


def _added(cloud, plan, wish):
    schedule_service.schedule_add(cloud, plan, wish)


def _changed(cloud, plan, wish):
    """An edit leaves the pause as it was."""
    was, paused = plan.schedule(wish['id']), wish.get('paused', False)
    schedule_service.schedule_edit(cloud, plan, wish)
    if paused == was.get('paused', False):
        return
    change = schedule_service.pause if paused else schedule_service.resume
    change(cloud, plan, wish['id'])
