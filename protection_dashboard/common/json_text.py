# SPDX-License-Identifier: Apache-2.0
"""JSON in texts that anybody in a project may have written."""

import json
from typing import Any


def object_or_empty(text: Any) -> dict[str, Any]:
    """The JSON object in a text; {} for other JSON, other text, and None."""
    try:
        found = json.loads(text or '{}')
    except (RecursionError, TypeError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def text_or_empty(value: object) -> str:
    """The value if it is a text, else ''."""
    return value if isinstance(value, str) else ''
