# SPDX-License-Identifier: Apache-2.0
"""The sample database instances of the tenants.

https://docs.openstack.org/api-ref/database/
"""

from cloud.collection import Collection
from cloud.collection import open_api

DATASTORE = {'type': 'mysql', 'version': '8.4.4'}


def sample(sessions):
    """Create database instances in the projects demo and alt."""
    demo = Collection(open_api(sessions('demo'), 'database'), 'instances')
    alt = Collection(open_api(sessions('alt'), 'database'), 'instances')
    demo.ensure(
        _instance('shop', 'orders', 'customers'), _instance('crm', 'crm')
    )
    alt.ensure(_instance('alt-db', 'wiki'))
    demo.settle('shop', 'crm')
    alt.settle('alt-db')


def _instance(name, *databases):
    return {
        'name': name,
        'flavorRef': 'd1',
        'volume': {'size': 1},
        'datastore': DATASTORE,
        'databases': [{'name': database} for database in databases],
    }
