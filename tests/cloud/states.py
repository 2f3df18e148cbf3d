# SPDX-License-Identifier: Apache-2.0
"""Wait for what a service does in the background."""

from cloud.supervisor import control


def reach(resource, *states, limit=30):
    """Return the client's resource anew once it is in one of the states.

    limit: seconds until it is a Failure that names the resource.
    """
    fresh = resource

    def there():
        nonlocal fresh
        fresh = resource.manager.get(resource.id)
        return fresh.status in states

    control.wait_until(there, limit, f'{resource} is not {states}')
    return fresh


def vanish(resource, missing, *, limit=30):
    """Return when the service says that the resource is not there.

    missing: the client's exception for that; limit: seconds.
    """

    def gone():
        try:
            resource.manager.get(resource.id)
        except missing:
            return True
        return False

    control.wait_until(gone, limit, f'{resource} is still there')
