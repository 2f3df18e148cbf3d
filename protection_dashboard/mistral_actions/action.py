# SPDX-License-Identifier: Apache-2.0
"""The base class of our Mistral actions: their cloud, settings and errors."""

from collections.abc import Callable
import dataclasses
import functools
import logging
from typing import Any

from mistral_lib import actions
from oslo_config import cfg

from protection_dashboard import exceptions
from protection_dashboard import settings
from protection_dashboard.api import keystone
from protection_dashboard.api.cloud import Cloud
from protection_dashboard.common import plugin_errors
from protection_dashboard.mistral_actions import run_trusts

LOG = logging.getLogger(__name__)
#: the section of mistral.conf
GROUP = 'protection'

_TYPES: dict[Any, Any] = {
    str: cfg.StrOpt,
    int: cfg.IntOpt,
    tuple[str, ...] | str: cfg.ListOpt,
    dict[str, str]: cfg.DictOpt,
}
#: oslo.config's options of the section
OPTIONS = [
    # what the repr of Settings leaves out is kept out of logs, too
    _TYPES[f.type](f.name, secret=not f.repr)
    for f in dataclasses.fields(settings.Settings)
]
cfg.CONF.register_opts(OPTIONS, group=GROUP)
# keystonemiddleware may not have been imported yet: an engine continues what
# it had left before Mistral's API starts
cfg.CONF.import_group('keystone_authtoken', 'keystonemiddleware.auth_token')
LOST_LOGIN = (
    "Mistral lost the login of this run, as it does when an executor ends in "
    "the middle of a step. What had been started goes on in its service; the "
    "next run does the rest."
)


def cloud_of_context(context: Any, trust: str = '') -> Cloud:
    """The cloud as the user of the execution sees it.

    The token is the one that the execution began with. When a service
    refuses it, because it has expired or was revoked, also in the middle of
    the action, an execution that a cron trigger started gets another one by
    Mistral's trust, and one that a person started by ``trust``, see
    :mod:`run_trusts`. Mistral keeps neither token nor trust after it has
    given up an action whose executor sends no heartbeat: NotAuthorized with
    LOST_LOGIN.
    """
    security = context.security
    renew = functools.partial(_new_token, security, trust)
    if not security.auth_token:
        if not security.trust_id:
            raise exceptions.NotAuthorized(LOST_LOGIN)
        return _cloud_with(renew(), context, renew)
    try:
        return _cloud_with(security.auth_token, context, renew)
    except exceptions.NotAuthorized:
        return _cloud_with(renew(), context, renew)


def _new_token(security: Any, trust: str) -> str:
    """A token in place of one that a service refused; NotAuthorized if none.

    Mistral's own trust is that of the cron trigger that started the run.
    """
    if security.trust_id:
        return keystone.trust_token(
            cfg.CONF, security.trust_id, verify=run_trusts.verify_option()
        )
    return run_trusts.run_trust_token(security, trust)


def _cloud_with(token: str, context: Any, renew: Callable[[], str]) -> Cloud:
    """The cloud for a token.

    Keystone's address is that in mistral.conf: the context has none under a
    trust, and where the caller names another cloud by the headers
    X-Target-..., its Keystone must get no token of the service's user. Of
    such a caller nothing is known but what the token gets there.
    """
    security = context.security
    group = cfg.CONF.keystone_authtoken
    facts = {
        'token': token,
        'project_id': security.project_id,
        'region': security.region_name or group.region_name,
        'verify': run_trusts.verify_option(),
        'execution': context.execution.workflow_execution_id or '',
        'settings': operator_settings(),
        'renew': renew,
    }
    if security.is_target:
        return keystone.cloud(
            auth_url=security.auth_uri,
            project_name=security.project_name or '',
            **facts,
        )
    return keystone.cloud_for_service(
        options=cfg.CONF, auth_url=group.www_authenticate_uri, **facts
    )


def operator_settings(conf: Any = cfg.CONF) -> settings.Settings:
    """The operator's settings in mistral.conf, which ``conf`` has read."""
    return settings.Settings.from_settings(
        lambda field: _configured(conf, field.name)
    )


def _configured(conf: Any, name: str) -> Any:
    """What mistral.conf says of a setting; None if its type is wrong."""
    try:
        return conf[GROUP][name]
    except cfg.ConfigFileValueError as error:
        LOG.warning("A setting is left at its default: %s", error)
        return None


class Action(actions.Action):
    """Runs ``act``; a failure becomes the action's error, in one line.

    The parameters of a subclass's constructor are the action's input. They
    are stored in the workflows of saved plans, and so are the keys of the
    results: neither can change.

    A subclass whose workflow can outlive a token takes an optional input
    ``trust``: the id that :meth:`create_trust` gave an earlier action of the
    run, or ''.
    """

    trust: str = ''
    _context: Any = None

    def create_trust(self, hours: int) -> str:
        """See :func:`run_trusts.create_run_trust`."""
        return run_trusts.create_run_trust(self._context, hours)

    def delete_trust(self) -> None:
        """See :func:`run_trusts.delete_run_trust`."""
        run_trusts.delete_run_trust(self._context, self.trust)

    def act(self, cloud: Cloud, execution: Any) -> Any:
        """The action's result, as plain JSON without a token.

        ``execution`` is Mistral's context of the execution:
        ``workflow_name``, ``workflow_execution_id``. Raises a
        ProtectionError if it fails.
        """
        raise NotImplementedError

    def run(self, context: Any) -> Any:
        """What Mistral calls: the result, or an error for the tenant."""
        self._context = context
        try:
            # An exception that Mistral does not know would be shown to the
            # tenant with the repr of this object.
            with plugin_errors.raising_plugin_errors("This step"):
                cloud = cloud_of_context(context, self.trust)
                return self.act(cloud, context.execution)
        except exceptions.Unavailable as error:
            return self.unavailable(error)
        except exceptions.ProtectionError as error:
            return actions.Result(error=str(error))

    def unavailable(self, error: exceptions.Unavailable) -> Any:
        """The result when a service does not answer at the moment."""
        return actions.Result(error=str(error))
