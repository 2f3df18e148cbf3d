# SPDX-License-Identifier: Apache-2.0
"""What every Mistral action of ours does around its own work."""

import dataclasses

from mistral_lib import actions
from oslo_config import cfg

from protection_dashboard import exceptions
from protection_dashboard import settings
from protection_dashboard.api import keystone
from protection_dashboard.common import plugin_errors

_GROUP = 'protection'


_OPTIONS = {
    str: cfg.StrOpt,
    int: cfg.IntOpt,
    tuple: cfg.ListOpt,
    dict: cfg.DictOpt,
}
cfg.CONF.register_opts(
    [
        # what a Settings does not show has no place in a log either
        _OPTIONS[f.type](f.name, secret=not f.repr)
        for f in dataclasses.fields(settings.Settings)
    ],
    group=_GROUP,
)
# whoever registers it may not have been imported yet: an engine takes up
# what it left before Mistral's API starts
cfg.CONF.import_group('keystone_authtoken', 'keystonemiddleware.auth_token')
LOST_LOGIN = (
    "Mistral lost the login of this run, as it does when an executor ends in "
    "the middle of a step. What had been started goes on in its service; the "
    "next run does the rest."
)


def _cloud(context):
    """The cloud as the run's user sees it.

    The token is the one that the run began with; under a trust (a cron run)
    there is another when its life is over. Mistral goes on without either
    once it has given up an action whose executor sends no heartbeat.
    """
    security = context.security
    try:
        if not security.auth_token:
            raise exceptions.NotAuthorized(LOST_LOGIN)
        return _cloud_with(security.auth_token, context)
    except exceptions.NotAuthorized:
        if not security.trust_id:
            raise
        token = keystone.trust_token(
            cfg.CONF, security.trust_id, verify=_verify()
        )
        return _cloud_with(token, context)


def _cloud_with(token, context):
    """The cloud that a token stands for.

    Under a trust the context names neither address nor catalog: the address
    is Mistral's own, the catalog is the token's.
    """
    security = context.security
    group = cfg.CONF.keystone_authtoken
    return keystone.cloud(
        auth_url=security.auth_uri or group.www_authenticate_uri,
        token=token,
        project_id=security.project_id,
        region=security.region_name or group.region_name,
        verify=_verify(),
        project_name=security.project_name or '',
        execution=context.execution.workflow_execution_id or '',
        settings=operator(),
    )


def operator():
    """The operator's settings, as mistral.conf has them."""
    return settings.Settings.read(lambda field: cfg.CONF[_GROUP][field.name])


def _verify():
    group = cfg.CONF.keystone_authtoken
    return not group.insecure and (group.cafile or True)


class Action(actions.Action):
    """Runs ``act``; a failure becomes the action's one-line error."""

    def run(self, context):
        try:
            # of what it does not know Mistral shows the tenant this object
            # and its address
            with plugin_errors.faults("This step"):
                return self.act(_cloud(context), context.execution)
        except exceptions.Unavailable as error:
            return self.unavailable(error)
        except exceptions.ProtectionError as error:
            return actions.Result(error=str(error))

    def unavailable(self, error):
        """What the action gives when a service does not answer just now."""
        return actions.Result(error=str(error))
