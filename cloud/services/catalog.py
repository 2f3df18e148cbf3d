# SPDX-License-Identifier: Apache-2.0
"""The services of the cloud, in the order of their start."""

from cloud.services.cinder.service import Cinder
from cloud.services.freezer.service import FreezerApi
from cloud.services.freezer.service import FreezerScheduler
from cloud.services.glance.service import Glance
from cloud.services.horizon.service import Horizon
from cloud.services.keystone.service import Keystone
from cloud.services.manila.service import Manila
from cloud.services.mistral.service import Mistral
from cloud.services.neutron.service import Neutron
from cloud.services.nova.service import Nova
from cloud.services.placement.service import Placement
from cloud.services.trove.service import Trove

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
