# SPDX-License-Identifier: Apache-2.0
"""Messages as JSON to webhooks.

Only the status of the answer is read, redirects are not followed, and no
message of an error has the URL, as the URL of a channel is the operator's
secret.
"""

from collections.abc import Callable

import requests
from requests import utils

from protection_dashboard import exceptions

_TIMEOUT = (3, 10)  # seconds to connect, and to wait for an answer
_GOOD = range(200, 300)


def post_message(url: str, message: object) -> None:
    """Send a message; Unavailable or Refused, with the reason, if it fails."""
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


def _auth(
    url: str,
) -> (
    tuple[str, str]
    | Callable[[requests.PreparedRequest], requests.PreparedRequest]
):
    """The credentials in the URL itself, and never those of a netrc file."""
    user, password = utils.get_auth_from_url(url)
    return (user, password) if user else _without_credentials


def _without_credentials(
    request: requests.PreparedRequest,
) -> requests.PreparedRequest:
    return request
