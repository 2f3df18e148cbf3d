# SPDX-License-Identifier: Apache-2.0
"""Whether the service behind an endpoint answers at all."""

import re

from protection_dashboard import exceptions
from protection_dashboard.api import error_answers
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
    session = cloud.session(service_type)
    with errors.of(service):
        try:
            session.get(url, authenticated=False, redirect=False)
        except error_answers.ErrorAnswer as error:
            if error.http_status >= 500:
                raise exceptions.Unavailable(
                    f"{service} answers {error.http_status} {error.reason}."
                ) from error
