# SPDX-License-Identifier: Apache-2.0
"""The clouds of the workers of pytest-xdist stand beside each other."""

from cloud import settings
from cloud.services.catalog import SERVICES
from tests.support.xdist_scheduling import PORTS_APART

WORKERS = 5  # as many as ``make test`` starts


def test_no_two_servers_of_the_workers_clouds_share_a_port():
    usual = [
        settings.CHANNEL_PORT,
        settings.MAIL_PORT,
        *(made.port for made in (kind() for kind in SERVICES) if made.port),
    ]
    ports = [
        port + number * PORTS_APART
        for number in range(WORKERS)
        for port in usual
    ]
    assert len(ports) > 12 * WORKERS
    assert sorted(set(ports)) == sorted(ports)
