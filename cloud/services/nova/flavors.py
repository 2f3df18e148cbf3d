# SPDX-License-Identifier: Apache-2.0
"""The flavors of this cloud: Nova has all, Trove knows those for databases.

Nova refuses a server from an image when the flavor has no disk.
"""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Flavor:
    id: str
    name: str
    ram: int  # MiB
    vcpus: int
    disk: int  # GiB


DATABASE = (
    Flavor('d1', 'db.small', 2048, 1, 20),
    Flavor('d2', 'db.medium', 4096, 2, 40),
    Flavor('d3', 'db.large', 8192, 4, 80),
)
SERVER = (
    Flavor('m1', 'm1.tiny', 512, 1, 1),
    Flavor('m2', 'm1.small', 2048, 1, 20),
)
