# SPDX-License-Identifier: Apache-2.0
"""What can go wrong with a service, sorted the way Horizon handles it.

Plain on purpose: Horizon reads this module from an enabled file while its
settings are still loading, and Mistral's executors use it as well.
"""


class ProtectionError(Exception):
    """A sentence that a user can act on."""


class NotAuthorized(ProtectionError):
    """The token is no longer good: the user has to log in again."""


class NotFound(ProtectionError):
    """The object does not exist, or belongs to another project."""


class Refused(ProtectionError):
    """The service understood the request and said no."""


class Unavailable(ProtectionError):
    """The service is absent, does not answer, or failed."""


class Busy(Unavailable):
    """The service asks to be called less often.

    ``retry_after`` is in how many seconds to ask again, 0 when it says none.
    """

    def __init__(self, told, retry_after=0):
        super().__init__(told)
        self.retry_after = retry_after


class Absent(Unavailable):
    """The service catalog does not name the service at all."""


UNAUTHORIZED = (NotAuthorized,)
NOT_FOUND = (NotFound,)
RECOVERABLE = (Refused, Unavailable)
