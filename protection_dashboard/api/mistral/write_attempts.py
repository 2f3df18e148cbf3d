# SPDX-License-Identifier: Apache-2.0
"""What Mistral's policy lets a token write, tried without writing anything.

Mistral asks its policy before it looks at a request any further. So a request
that nobody could carry out is answered with 403 where the policy refuses it,
and with 400 or 404 where it would have been carried out.
"""

from typing import Any
import uuid

from protection_dashboard.api import error_answers
from protection_dashboard.api.cloud import Cloud
from protection_dashboard.api.mistral import client as mistral

#: an id and a name that nothing has
_NOTHING = str(uuid.UUID(int=0))
#: kind of object -> ``(method, path, JSON or text)``: the scope is none, the
#: object is not there, or what is needed is missing
_ATTEMPTS: dict[str, tuple[tuple[str, str, Any], ...]] = {
    'workflows': (
        ('POST', 'workflows?scope=none', ''),
        ('PUT', 'workflows?scope=none', ''),
        ('DELETE', f'workflows/{_NOTHING}', None),
    ),
    'workbooks': (
        ('POST', 'workbooks?scope=none', ''),
        ('PUT', 'workbooks?scope=none', ''),
        ('DELETE', f'workbooks/{_NOTHING}', None),
    ),
    'actions': (
        ('POST', 'actions?scope=none', ''),
        ('PUT', 'actions?scope=none', ''),
        ('DELETE', f'actions/{_NOTHING}', None),
    ),
    'executions': (
        ('POST', 'executions', {}),
        ('PUT', f'executions/{_NOTHING}', {'state': 'PAUSED'}),
        ('DELETE', f'executions/{_NOTHING}', None),
    ),
    'action executions': (('POST', 'action_executions', {}),),
    'cron triggers': (
        ('POST', 'cron_triggers', {'name': _NOTHING, 'pattern': 'none'}),
        ('DELETE', f'cron_triggers/{_NOTHING}', None),
    ),
    'environments': (
        ('PUT', 'environments', {'name': _NOTHING, 'variables': {}}),
        ('DELETE', f'environments/{_NOTHING}', None),
    ),
}
KINDS = tuple(_ATTEMPTS)
_REFUSED = 403
_LET_THROUGH = (400, 404)


@mistral.convert_errors
def permitted_kinds(cloud: Cloud) -> tuple[list[str], list[str]]:
    """``(permitted, unknown)``: kinds of objects that the user may write.

    Unknown are those for which Mistral, or something in front of it, gave an
    answer that says neither. Unavailable where it does not work.
    """
    permitted, unknown = [], []
    for kind, attempts in _ATTEMPTS.items():
        found = {_status(cloud, *one) for one in attempts}
        if not found.isdisjoint(_LET_THROUGH):
            permitted.append(kind)
        elif found != {_REFUSED}:
            unknown.append(kind)
    return permitted, unknown


def _status(cloud: Cloud, method: str, path: str, body: Any) -> int:
    """The status of Mistral's answer; it raises that of a broken service."""
    given: dict[str, Any] = {}
    if isinstance(body, str):
        given = {'data': body, 'headers': {'Content-Type': 'text/plain'}}
    elif body is not None:
        given = {'json': body}
    try:
        answer = cloud.session(mistral.SERVICE_TYPE).request(
            f'{cloud.url(mistral.SERVICE_TYPE)}/{path}', method, **given
        )
    except error_answers.ErrorAnswer as error:
        if error.http_status >= 500:
            raise
        return error.http_status
    return answer.status_code
