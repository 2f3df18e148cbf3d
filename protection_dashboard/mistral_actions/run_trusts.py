# SPDX-License-Identifier: Apache-2.0
"""Trusts by which a run that a person started outlives the person's token.

Mistral makes a trust for each cron trigger, and none for a run that a person
starts. Its first action makes one with the person's token
(:func:`create_run_trust`), the workflow hands its id on as the input
``trust`` of the later actions, these get new tokens by it
(:func:`run_trust_token`), and the last one deletes it
(:func:`delete_run_trust`). Keystone lets a trust end by itself, too.

Who may use a trust
-------------------
Mistral's service user is the trustee of everybody's trusts, and whoever may
run a workflow can write any id into the input ``trust``. So a trust is used
for nobody but its trustor, in its project: what Keystone says of the trust is
compared with what Keystone said of the token that started the run, when
Mistral's API took it. Mistral keeps that beside the run's login
(``service_catalog`` of the action's security context, which holds the whole
answer); no input, workflow or other user of the project can write it. It is
still known when the token has expired or was revoked (somebody logged out):
Keystone itself tells nothing of a revoked token, also not with
``allow_expired``.

An attacker in the same project can

* read the id of the trust, in the input of an execution. It is no secret;
* change a workflow that another user starts later. It runs with that user's
  login, which Mistral has always allowed, and now until the trust ends; also
  then only our actions use the trust, in that project.

An attacker cannot

* use or delete the trust of another user or project: refused;
* use a trust of the own user with less than it gives. A login by a trust, an
  application credential, OAuth or EC2 credentials is refused whatever it
  names, and so is one that lacks a role of the trust;
* tell Mistral who started the run: what the headers X-Target-... say about
  another cloud is refused, because the caller writes all of it;
* see a token: none is in a result, an error or a log.

Keystone refuses a trust when its trustor is disabled, deleted, or has lost
one of the roles; a changed password or a logout does not end it. So it is
for cron triggers.
"""

from collections.abc import Mapping
import datetime
import logging
from typing import Any
from typing import NamedTuple

from oslo_config import cfg

from protection_dashboard import exceptions
from protection_dashboard.api import keystone
from protection_dashboard.common import clock

LOG = logging.getLogger(__name__)

# keystonemiddleware may not have been imported yet: an engine continues what
# it had left before Mistral's API starts
cfg.CONF.import_group('keystone_authtoken', 'keystonemiddleware.auth_token')

EXPIRED_LOGIN = (
    "The login that started this run has expired; what was started goes on."
)
FOREIGN_TRUST = (
    "The trust of this run was not made by the login that started it."
)
#: hours that a run may take at most, as a plan's document allows
MAX_HOURS = 8760
#: after a run's limit its last actions still tell of it
_AFTER_THE_LIMIT = datetime.timedelta(hours=1)
#: parts of a token that was delegated, and gives less than its user has
_DELEGATIONS = ('OS-TRUST:trust', 'OS-OAUTH1', 'application_credential')
_DELEGATED_METHODS = {
    'application_credential',
    'ec2credential',
    'oauth1',
    'oauth2_credential',
}


class Starter(NamedTuple):
    """Who started a run, where and with which roles: ids of Keystone."""

    user_id: str
    project_id: str
    role_ids: frozenset[str]


def run_starter(security: Any) -> Starter | None:
    """Who started a run with a login of their own; None if nobody did.

    ``security`` is the security context of a Mistral action. None also where
    Mistral did not ask its own Keystone about the token, where the login was
    delegated, and where something is missing.
    """
    token = security.service_catalog
    if security.is_target or not isinstance(token, Mapping):
        return None
    methods = token.get('methods')
    if (
        not methods
        or not _DELEGATED_METHODS.isdisjoint(methods)
        or any(part in token for part in _DELEGATIONS)
    ):
        return None
    try:
        starter = Starter(
            user_id=token['user']['id'],
            project_id=token['project']['id'],
            role_ids=frozenset(role['id'] for role in token['roles']),
        )
    except (LookupError, TypeError):
        return None
    is_here = starter.project_id == security.project_id
    return starter if is_here and all(starter) else None


def verify_option() -> str | bool:
    """How [keystone_authtoken] verifies certificates, as requests has it."""
    group = cfg.CONF.keystone_authtoken
    return not group.insecure and (group.cafile or True)


def create_run_trust(context: Any, hours: int) -> str:
    """Make a trust for a run that a person started; its id.

    It ends one hour after ``hours``, the run's limit. '' where the run needs
    none (a cron trigger started it) and where none can be made: for a
    delegated login, or because Keystone refuses it, as it does for roles
    that a federated user has by a group of the identity provider. The run
    then goes on until its token ends. Raises nothing of Keystone's.
    """
    security = context.security
    starter = run_starter(security)
    if security.trust_id or not security.auth_token or starter is None:
        return ''
    try:
        return keystone.trust_create(
            _auth_url(),
            security.auth_token,
            _trust(starter, hours),
            verify_option(),
        )
    except exceptions.ProtectionError as error:
        LOG.warning("A run goes on without a trust: %s", error)
        return ''


def _auth_url() -> str:
    found: str = cfg.CONF.keystone_authtoken.www_authenticate_uri
    return found


def _trust(starter: Starter, hours: int) -> dict[str, Any]:
    """The body of a trust for Mistral's service user."""
    limit = datetime.timedelta(hours=min(hours, MAX_HOURS))
    end = clock.now() + limit + _AFTER_THE_LIMIT
    return {
        'trustor_user_id': starter.user_id,
        'trustee_user_id': keystone.service_user_id(cfg.CONF, verify_option()),
        'impersonation': True,
        'allow_redelegation': False,
        'project_id': starter.project_id,
        'roles': [{'id': role} for role in sorted(starter.role_ids)],
        'expires_at': end.strftime('%Y-%m-%dT%H:%M:%S.%fZ'),
    }


def run_trust_token(security: Any, trust: str) -> str:
    """A new token for a run that a person started, by the run's trust.

    Raises NotAuthorized with EXPIRED_LOGIN where there is no trust or
    Keystone gives no token for it, and with FOREIGN_TRUST where the trust is
    not that of the run's login; Unavailable where Keystone does not answer.
    """
    if not trust:
        raise exceptions.NotAuthorized(EXPIRED_LOGIN)
    starter = run_starter(security)
    if starter is None:
        raise exceptions.NotAuthorized(FOREIGN_TRUST)
    try:
        login = keystone.trust_login(cfg.CONF, trust, verify_option())
    except exceptions.Unavailable:
        raise
    except exceptions.ProtectionError as error:
        LOG.warning("Keystone gives no token for a run's trust: %s", error)
        raise exceptions.NotAuthorized(EXPIRED_LOGIN) from error
    if not _is_of(login, starter):
        raise exceptions.NotAuthorized(FOREIGN_TRUST)
    return login.token


def _is_of(login: keystone.TrustLogin, starter: Starter) -> bool:
    """Whether a trust gives no more than the login that started the run."""
    return (
        login.user_id == starter.user_id
        and login.project_id == starter.project_id
        and login.role_ids <= starter.role_ids
    )


def delete_run_trust(context: Any, trust: str) -> None:
    """Delete a run's trust, after the run's last call; '' is none.

    The trust of another login stays. Raises nothing of Keystone's: a trust
    that stays ends by itself.
    """
    if not trust:
        return
    try:
        token = run_trust_token(context.security, trust)
        keystone.trust_delete(_auth_url(), token, trust, verify_option())
    except exceptions.ProtectionError as error:
        LOG.warning("The trust of a run stays until it ends: %s", error)
