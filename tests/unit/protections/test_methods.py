# SPDX-License-Identifier: Apache-2.0
"""Which methods there are, and why one cannot protect a resource."""

import pytest

from protection_dashboard import plugins
from protection_dashboard.protectables import base
from protection_dashboard.protections import methods


@pytest.mark.parametrize('state', [base.PENDING, base.ERROR])
def test_the_state_of_a_resource_comes_before_the_service_is_asked(state):
    resource = base.Resource('id', 'volume', 'web', 'extending', state)
    # without a cloud: whoever asks a service fails
    reason = methods.obstacle(
        None, resource, plugins.protection('volume_snapshot')
    )
    assert reason == (
        "The volume's status is extending: it cannot be protected in this "
        "state."
    )


def test_what_only_goes_with_a_server_is_no_method_of_its_own():
    assert [one.slug for one in methods.standalone_protections('image')] == []
    assert [one.slug for one in methods.standalone_protections('share')] == [
        'share_snapshot'
    ]
