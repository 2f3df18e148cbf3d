# SPDX-License-Identifier: Apache-2.0
"""The services of the cloud, in the order of their start."""

from cloud import settings
from cloud.services.cinder.service import Cinder
from cloud.services.freezer.service import FreezerApi
from cloud.services.freezer.service import FreezerScheduler
from cloud.services.glance.service import Glance
from cloud.services.horizon.service import Horizon
from cloud.services.infrastructure.mariadb import MariaDB
from cloud.services.infrastructure.memcached import Memcached
from cloud.services.infrastructure.rabbitmq import RabbitMQ
from cloud.services.keystone.service import Keystone
from cloud.services.manila.service import Manila
from cloud.services.mistral import processes
from cloud.services.mistral.service import Mistral
from cloud.services.neutron.service import Neutron
from cloud.services.nova.service import Nova
from cloud.services.placement.service import Placement
from cloud.services.trove.service import Trove

_INFRASTRUCTURE = {
    settings.COMPACT: [],
    settings.PROCESSES: [MariaDB, Memcached, RabbitMQ],
}
_MISTRAL = {
    settings.COMPACT: [Mistral],
    settings.PROCESSES: processes.PROCESSES,
}

SERVICES = [
    *_INFRASTRUCTURE[settings.SHAPE],
    Keystone,
    Placement,
    Neutron,
    Nova,
    Glance,
    Cinder,
    Manila,
    Trove,
    FreezerApi,
    FreezerScheduler,
    *_MISTRAL[settings.SHAPE],
    Horizon,
]
