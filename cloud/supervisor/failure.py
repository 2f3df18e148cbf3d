# SPDX-License-Identifier: Apache-2.0
"""What stops the cloud: one sentence that names the service and its log."""


class Failure(Exception):
    """The cloud cannot start or go on; str() is a line for the user."""
