# SPDX-License-Identifier: Apache-2.0
"""Many of Mistral's executions at once, as plain rows.

mistralclient's objects of a thousand executions cost several times what
their JSON does.
"""

from protection_dashboard.api import errors
from protection_dashboard.api.mistral import client as mistral

PAGE = 1000
FIELDS = (
    'id',
    'workflow_name',
    'state',
    'state_info',
    'input',
    'description',
    'created_at',
    'updated_at',
)


@errors.of('Mistral')
def walk(
    cloud, pages=1, since='', more=(), limit=PAGE, order='desc', **filters
):
    """``(rows, whole)`` of the project's executions, the newest first.

    Each row is a dict of FIELDS and ``more`` (``GET /v2/executions``). At
    most ``pages`` of ``limit`` rows are read, and none after a page that
    ends before ``since``, a time as Mistral writes it. ``whole``: there are
    no others. The oldest come first with the order 'asc'.
    """
    query = {
        'limit': limit,
        'sort_keys': 'created_at,id',
        'sort_dirs': f'{order},{order}',
        'fields': ','.join((*FIELDS, *more)),
        **({'project_id': cloud.project_id} if cloud.admin else {}),
        **filters,
    }
    session, found = cloud.session(mistral.TYPE), []
    address = cloud.url(mistral.TYPE) + '/executions'
    for _page in range(pages):
        rows = session.get(address, params=query).json()['executions']
        found += rows
        if len(rows) < limit:
            return found, True
        if rows[-1]['created_at'] < since:
            break
        query['marker'] = rows[-1]['id']
    return found, False
