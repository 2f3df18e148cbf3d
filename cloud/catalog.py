# SPDX-License-Identifier: Apache-2.0
"""The services of the cloud, in the order of their start."""

from cloud.cinder import Cinder
from cloud.freezer import FreezerApi
from cloud.freezer import FreezerScheduler
from cloud.glance import Glance
from cloud.horizon import Horizon
from cloud.keystone import Keystone
from cloud.manila import Manila
from cloud.mistral import Mistral
from cloud.neutron import Neutron
from cloud.nova import Nova
from cloud.placement import Placement
from cloud.trove import Trove

SERVICES = [
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
    Mistral,
    Horizon,
]
