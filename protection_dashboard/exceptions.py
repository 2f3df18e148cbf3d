# SPDX-License-Identifier: Apache-2.0
"""The errors of the domain, grouped as Horizon handles errors.

This module imports nothing: Horizon reads it from an enabled file while its
settings are still loading, and Mistral's executors use it as well.
"""


class ProtectionError(Exception):
    """An error whose text is a sentence for a user, who can act on it."""


class NotAuthorized(ProtectionError):
    """The token is no longer good: the user has to log in again."""


class NotFound(ProtectionError):
    """The object does not exist, or belongs to another project."""


class NotInstalled(NotFound):
    """A plugin that something names is not installed here.

    Nobody was asked about the object, so it may well be there.
    """


class Refused(ProtectionError):
    """The service understood the request and said no."""


class Conflict(Refused):
    """The service has such an object already, or is changing it just now."""


class Unavailable(ProtectionError):
    """The service is absent, does not answer, or failed."""


class Busy(Unavailable):
    """The service asks to be called less often.

    ``retry_after`` is in how many seconds to ask again, 0 when it says none.
    """

    def __init__(self, message: str, retry_after: int = 0) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Absent(Unavailable):
    """The service catalog does not name the service at all."""


def may_pass(error: ProtectionError) -> bool:
    """Whether the same call may work later; an absent service stays so."""
    return isinstance(error, Unavailable) and not isinstance(error, Absent)


# the three groups of HORIZON_CONFIG['exceptions']
UNAUTHORIZED = (NotAuthorized,)
NOT_FOUND = (NotFound,)
RECOVERABLE = (Refused, Unavailable)
