# SPDX-License-Identifier: Apache-2.0
"""The sample database instances of the tenants, each in its own network.

https://docs.openstack.org/api-ref/database/
"""

from cloud.services.collection import Collection
from cloud.services.collection import open_api
from cloud.services.neutron import sample as neutron_sample

DATASTORE = {'type': 'mysql', 'version': '8.4.4'}
# project -> {name of an instance: the databases in it}
INSTANCES = {
    'demo': {'shop': ('orders', 'customers'), 'crm': ('crm',)},
    'alt': {'alt-db': ('wiki',)},
}


def sample(sessions):
    """Create the database instances where they are missing."""
    collections = {
        user: Collection(open_api(sessions(user), 'database'), 'instances')
        for user in INSTANCES
    }
    for user, collection in collections.items():
        network = _network(sessions(user), user)
        collection.ensure(
            *(
                _instance(name, network, databases)
                for name, databases in INSTANCES[user].items()
            )
        )
    for user, collection in collections.items():
        collection.settle(*INSTANCES[user])


def _network(session, user):
    name, _addresses = neutron_sample.NETWORKS[user]
    return neutron_sample.network_named(open_api(session, 'network'), name)


def _instance(name, network, databases):
    return {
        'name': name,
        'flavorRef': 'd1',
        'volume': {'size': 1},
        'datastore': DATASTORE,
        'nics': [{'net-id': network['id']}],
        'databases': [{'name': database} for database in databases],
    }
