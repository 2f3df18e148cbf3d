# SPDX-License-Identifier: Apache-2.0
"""Whether the service behind an endpoint answers at all."""

import re

from protection_dashboard import exceptions
from protection_dashboard.api import errors

_VERSION = re.compile(r'/v\d[\d.]*(/.*)?$')


def root(url):
    """Where a service tells its versions: ``:8776/v3/<id>`` -> ``:8776/``."""
    return _VERSION.sub('', url.rstrip('/')) + '/'


def check(cloud, service_type, service):
    """Ask for the versions, which takes no token; Unavailable if none.

    Any answer but a server's own failure counts: some want a token even for
    this, and a proxy may keep the root to itself.
    """
    url = root(cloud.url(service_type))
    with errors.of(service):
        answer = cloud.session(service_type).get(
            url, authenticated=False, raise_exc=False, redirect=False
        )
    if answer.status_code >= 500:
        raise exceptions.Unavailable(
            f"{service} answers {answer.status_code} {answer.reason}."
        )
