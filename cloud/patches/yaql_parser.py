# SPDX-License-Identifier: Apache-2.0
"""One thread at a time parses an expression.

yaql's engines share a lexer and a parser that keep a state: of two threads
that parse at the same time one may fail. Mistral's API runs several.
"""

import functools
import threading

from yaql.language import factory


def install():
    """Let every engine wait for its turn."""
    turn = threading.RLock()
    parse = factory.YaqlEngine.__call__

    @functools.wraps(parse)
    def parse_alone(engine, *args, **options):
        with turn:
            return parse(engine, *args, **options)

    factory.YaqlEngine.__call__ = parse_alone
