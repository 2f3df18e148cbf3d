# SPDX-License-Identifier: Apache-2.0
"""Glance's stand-in under Trove: the image of the one datastore version."""

from glanceclient import exc

from cloud.services.trove.dataplane import Row

IMAGE = '3f2c0d3e-0000-4000-8000-0000000db001'


def glance_client(context, region_name=None):
    """Return what Trove's option remote_glance_client asks for."""
    return Row(images=Images())


class Images:
    def get(self, image_id):
        if image_id != IMAGE:
            raise exc.HTTPNotFound()
        return Row(id=IMAGE)

    def list(self, **_):
        return [self.get(IMAGE)]
