# SPDX-License-Identifier: Apache-2.0
"""The actions that Mistral's executors run for us.

What goes wrong with one resource is part of the result, never an exception:
a failed resource must not stop the others. Results are plain JSON and hold
no token.
"""

import dataclasses
import datetime

from mistral_lib import actions
from oslo_config import cfg

from protection_dashboard import exceptions
from protection_dashboard import plans
from protection_dashboard import runs
from protection_dashboard import settings
from protection_dashboard import waits
from protection_dashboard.api import keystone
from protection_dashboard.protections import base

_GROUP = 'protection'
_OPTIONS = {str: cfg.StrOpt, int: cfg.IntOpt}
cfg.CONF.register_opts(
    [_OPTIONS[f.type](f.name) for f in dataclasses.fields(settings.Settings)],
    group=_GROUP,
)


def _cloud(context):
    """The cloud as the run's user sees it.

    Under a trust (a cron run) the context names neither address nor catalog:
    the address is Mistral's own, the catalog is the token's.
    """
    security = context.security
    group = cfg.CONF.keystone_authtoken
    return keystone.cloud(
        auth_url=security.auth_uri or group.www_authenticate_uri,
        token=security.auth_token,
        project_id=security.project_id,
        region=security.region_name or group.region_name,
        verify=not group.insecure and (group.cafile or True),
        project_name=security.project_name or '',
        execution=context.execution.workflow_execution_id or '',
        settings=settings.Settings.read(
            lambda field: cfg.CONF[_GROUP][field.name]
        ),
    )


class _Action(actions.Action):
    """Runs ``act``; a foreseen failure becomes the action's one-line error."""

    def run(self, context):
        try:
            return self.act(_cloud(context), context.execution)
        except exceptions.Unavailable as error:
            return self.unavailable(error)
        except exceptions.ProtectionError as error:
            return actions.Result(error=str(error))

    def unavailable(self, error):
        """What the action gives when a service does not answer just now."""
        return actions.Result(error=str(error))


class Resolve(_Action):
    """plan document, schedule -> one step for each resource to protect."""

    def __init__(self, plan, schedule=None):
        self.plan = plan
        self.schedule = schedule

    def act(self, cloud, execution):
        document = plans.decode(self.plan)
        runs.sweep(cloud, plans.protections(document))
        mark = base.Mark(
            plan=document['id'],
            schedule=self.schedule or '',
            execution=execution.workflow_execution_id,
        )
        return runs.steps(document, mark, datetime.datetime.now(datetime.UTC))


class Protect(_Action):
    """One step -> what to wait for: the point, or why there is none."""

    def __init__(self, step):
        self.step = step

    def act(self, cloud, execution):
        return runs.protect(cloud, self.step)


class Poll(_Action):
    """What a run waits for -> how each of it stands, in one call."""

    def __init__(self, waits):
        self.waits = waits

    def act(self, cloud, execution):
        return waits.poll(cloud, self.waits)

    def unavailable(self, error):
        """Nothing is lost: Mistral asks again."""
        return waits.undecided(self.waits, str(error))


class Restore(_Action):
    """A recovery point and options -> the new resource to wait for."""

    def __init__(self, point, options):
        self.point = point
        self.options = options

    def act(self, cloud, execution):
        runs.sweep(cloud, {self.point['protection']})
        return [runs.restore(cloud, self.point, self.options)]


class Delete(_Action):
    """One recovery point -> what to wait for: that it is gone."""

    def __init__(self, point):
        self.point = point

    def act(self, cloud, execution):
        return runs.delete(cloud, self.point)
