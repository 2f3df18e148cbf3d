# SPDX-License-Identifier: Apache-2.0
"""The user of a request: their Cloud, rights, time zone and limits."""

import dataclasses
import logging
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from horizon import exceptions
from horizon.utils import functions

from protection_dashboard import settings as operator
from protection_dashboard.api import cloud as clouds
from protection_dashboard.plans import limits as plan_limits
from protection_dashboard.ui import policy

#: for annotations where nothing of ``api`` may be imported
Cloud = clouds.Cloud
LOG = logging.getLogger(__name__)
_MAX_TIMEOUT = 3600
#: pairs of a policy's service and the name of one of its rules
PolicyRules = tuple[tuple[str, str], ...]
VIEW_RULES: PolicyRules = ((policy.SCOPE, policy.LOOK),)
CHANGE_RULES = ((policy.SCOPE, policy.CHANGE),)
ADMIN_RULES = ((policy.SCOPE, policy.ADMIN),)
IDENTITY_PARAMETER = 'for'


def cloud(request: HttpRequest) -> clouds.Cloud:
    """The Cloud of a request's user; the same one during the request."""
    if not hasattr(request, '_protection_cloud'):
        request._protection_cloud = _new_cloud(request)
    return request._protection_cloud


def _new_cloud(request: HttpRequest) -> clouds.Cloud:
    user = request.user
    roles = {role['name'] for role in user.roles}
    interfaces = (
        settings.OPENSTACK_ENDPOINT_TYPE,
        settings.SECONDARY_ENDPOINT_TYPE,
    )
    return clouds.Cloud(
        token=user.token.id,
        project_id=user.project_id,
        catalog=user.service_catalog,
        region=user.services_region,
        user=user.username,
        user_id=user.id,
        admin=not roles.isdisjoint(settings.OPENSTACK_KEYSTONE_ADMIN_ROLES),
        verify=not settings.OPENSTACK_SSL_NO_VERIFY
        and (settings.OPENSTACK_SSL_CACERT or True),
        interfaces=tuple(filter(None, interfaces)),
        timeout=operator_timeout(),
        original_ip=request.META.get('REMOTE_ADDR'),
        project_name=user.project_name or '',
        roles=frozenset(roles),
        role_settings=operator.RoleSettings.from_settings(operator_setting),
        settings=operator.Settings.from_settings(operator_setting),
    )


def identity(request: HttpRequest) -> str:
    """A token for the user and the project of a request.

    A page that fetches fragments of itself sends the one with which it was
    shown as the parameter ``IDENTITY_PARAMETER``.
    """
    return f'{request.user.id}:{request.user.project_id}'


def is_for_another_identity(request: HttpRequest) -> bool:
    """Whether the page that sends it was shown to another user or project.

    That is so if in another tab another user has logged in since, or the user
    has changed the project.
    """
    return request.GET[IDENTITY_PARAMETER] != identity(request)


def is_allowed(request: HttpRequest, rules: PolicyRules) -> bool:
    """Whether the policy allows it; checked once per request."""
    return policy.check(rules, request)


def require_policy(request: HttpRequest, rules: PolicyRules) -> None:
    """Raise NotAuthorized (403) unless the policy allows it."""
    if not is_allowed(request, rules):
        raise exceptions.NotAuthorized()


def activate_zone(request: HttpRequest) -> None:
    """Activate the user's time zone for this request.

    Horizon does this for whole pages only: a request by a script would get
    the zone of the user whom this thread has served before.
    """
    timezone.activate(functions.get_timezone(request))


def time_zone_name() -> str:
    """Name of the time zone of the user's Horizon settings."""
    return timezone.get_current_timezone_name()


def operator_timeout() -> float:
    """How long to wait for the answer of a service, in seconds."""
    seconds = getattr(settings, 'PROTECTION_TIMEOUT', clouds.READ_TIMEOUT)
    if type(seconds) in (int, float) and 0 < seconds <= _MAX_TIMEOUT:
        return seconds
    LOG.warning(
        "The setting PROTECTION_TIMEOUT must be a number of seconds up to %s, "
        "and is %r: %s is used.",
        _MAX_TIMEOUT,
        seconds,
        clouds.READ_TIMEOUT,
    )
    return clouds.READ_TIMEOUT


def operator_limits() -> plan_limits.Limits:
    """The operator's limits, from the settings PROTECTION_<NAME>."""
    return plan_limits.Limits.from_settings(operator_setting)


def minimum_interval() -> int:
    """The smallest interval between two runs of a schedule, in seconds."""
    return operator_limits().minimum_interval


def operator_setting(field: dataclasses.Field) -> Any:
    """The operator's setting ``PROTECTION_<NAME>``; None if unset."""
    return getattr(settings, f'PROTECTION_{field.name.upper()}', None)
