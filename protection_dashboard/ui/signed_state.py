# SPDX-License-Identifier: Apache-2.0
"""A signed document in a hidden field: what the form was opened with.

The signature proves that the submitted document is the one that Horizon sent.
"""

from typing import Any

from django.core import signing

from protection_dashboard import exceptions

_SALT = 'protection.plan'


def sign(document: Any, project_id: str, purpose: str) -> str:
    """A document as text with Horizon's signature."""
    salt = f'{_SALT}.{purpose}.{project_id}'
    return signing.dumps(document, salt=salt, compress=True)


def verified(text: str, project_id: str, purpose: str) -> Any:
    """The document of a text by :func:`sign`; Refused for any other text."""
    salt = f'{_SALT}.{purpose}.{project_id}'
    try:
        return signing.loads(text, salt=salt)
    except signing.BadSignature as error:
        raise exceptions.Refused(
            "Open the form again: it does not belong to this page."
        ) from error
