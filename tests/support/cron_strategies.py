# SPDX-License-Identifier: Apache-2.0
"""Plain cron patterns of numbers, as hypothesis strategies."""

from hypothesis import strategies as st

STAR = st.just('*')


def listed(lowest, highest):
    """Numbers and ranges, some with a step, in a list of up to three."""
    number = st.integers(lowest, highest)
    # weekday 7 is Sunday once more, and no step is that long
    longest = 6 if highest == 7 else highest - lowest
    step = st.just('') | st.integers(1, longest).map('/{}'.format)
    bounds = st.tuples(number, number).filter(lambda pair: pair[0] < pair[1])
    spans = st.tuples(bounds.map(lambda pair: '{}-{}'.format(*pair)), step)
    item = number.map(str) | spans.map(''.join)
    return st.lists(item, min_size=1, max_size=3).map(','.join)


def field(lowest, highest):
    """Any plain text of a field."""
    stepped = st.integers(2, highest - lowest).map('*/{}'.format)
    return STAR | stepped | listed(lowest, highest)


def pattern(*parts):
    """The texts of some fields, one blank between them."""
    return st.tuples(*parts).map(lambda texts: ' '.join(texts))


DAYS = st.one_of(
    pattern(STAR, STAR, STAR),
    pattern(field(1, 31), field(1, 12), STAR),
    pattern(STAR, field(1, 12), field(0, 6)),
    pattern(listed(1, 31), STAR, listed(0, 7)),
)
PATTERNS = pattern(field(0, 59), field(0, 23), DAYS)
