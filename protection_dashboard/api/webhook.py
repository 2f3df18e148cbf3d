# SPDX-License-Identifier: Apache-2.0
"""A message as JSON to somebody's address.

Only the status of the answer is looked at, a redirect is not followed, and
no sentence tells the address: that of a channel is the operator's secret.
"""

import requests
from requests import utils

from protection_dashboard import exceptions

_TIMEOUT = (3, 10)  # seconds to connect, and to wait for an answer
_GOOD = range(200, 300)


def post(url, message):
    """Send it; Unavailable or Refused, with the reason, if it is not taken."""
    try:
        with requests.post(
            url,
            json=message,
            auth=_auth(url),
            timeout=_TIMEOUT,
            allow_redirects=False,
            stream=True,
        ) as answer:
            status = answer.status_code
    except requests.exceptions.SSLError as error:
        raise exceptions.Unavailable("Its certificate is not good.") from error
    except requests.RequestException as error:
        raise exceptions.Unavailable("It does not answer.") from error
    if status not in _GOOD:
        raise exceptions.Refused(f"It answers with the status {status}.")


def _auth(url):
    """What the address itself says, and never what a netrc file says."""
    user, password = utils.get_auth_from_url(url)
    return (user, password) if user else _nobody


def _nobody(request):
    return request
