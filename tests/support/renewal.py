# SPDX-License-Identifier: Apache-2.0
"""What holds a token of Keystone, which lasts an hour: made anew in time."""

from collections.abc import Callable
import functools
import time
from typing import Any

AGE = 1800  # seconds


def renewed(make: Callable[..., Any], age: float = AGE) -> Callable[..., Any]:
    """A function that keeps what ``make`` gives for ``age`` seconds."""
    known: dict[Any, tuple[float, Any]] = {}

    @functools.wraps(make)
    def get(*args: Any, **options: Any) -> Any:
        key = args, tuple(sorted(options.items()))
        made_at, made = known.get(key, (float('-inf'), None))
        if time.monotonic() - made_at >= age:
            known[key] = made_at, made = (
                time.monotonic(),
                make(*args, **options),
            )
        return made

    return get
