# SPDX-License-Identifier: Apache-2.0
"""Any JSON, as anybody may write it where our own is expected."""

from hypothesis import strategies as st

#: words of our own records, so that they turn up in odd places
WORDS = st.sampled_from(
    [
        '',
        'volume',
        'volume_snapshot',
        'point',
        'resource',
        'gone',
        'ok',
        'failed',
        'pending',
        'removed',
        'f47ac10b-58cc-4372-a567-0e02b2c3d479',
        'a/b',
        '../x',
        '9999-12-31T23:59:59-12:00',
        '0001-01-01T00:00:00+12:00',
        '* * * * *',
    ]
)
TEXTS = WORDS | st.text(max_size=8)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**20), 10**20)
    | st.floats()
    | TEXTS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3)
    ),
    max_leaves=6,
)


def objects(*keys):
    """Objects with some of these keys, and any JSON at each."""
    return st.fixed_dictionaries({}, optional=dict.fromkeys(keys, JSON))


def nearly(right):
    """An object of ours with any JSON in place of some values."""
    return st.fixed_dictionaries(
        {key: st.just(value) | JSON for key, value in right.items()}
    )
