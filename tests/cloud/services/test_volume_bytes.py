# SPDX-License-Identifier: Apache-2.0
"""Reading and writing the file of a volume."""

import os

from hypothesis import given
from hypothesis import strategies
import pytest

from cloud.services.cinder.volume_bytes import BLOCK
from cloud.services.cinder.volume_bytes import Bytes

SIZE = 10 * BLOCK + 100


@pytest.fixture(scope='module')
def content(tmp_path_factory):
    path = tmp_path_factory.mktemp('volumes') / 'volume-1'
    path.write_bytes(bytes(SIZE))
    return Bytes(path)


@given(
    data=strategies.binary(max_size=300),
    offset=strategies.integers(0, SIZE - 300),
)
def test_what_is_written_is_read_and_the_size_stays(content, data, offset):
    content.write(offset, data)
    assert content.read(offset, len(data)) == data
    assert content.size == SIZE


@pytest.mark.parametrize(
    'offset', [0, 1, BLOCK - 1, BLOCK, 5 * BLOCK + 7, SIZE - 1]
)
def test_every_byte_counts_in_the_digest(content, offset):
    before = content.digest
    old = content.read(offset, 1)
    content.write(offset, bytes([old[0] ^ 1]))
    assert content.digest != before
    content.write(offset, old)
    assert content.digest == before


def test_a_hole_and_zeroes_have_the_same_digest(tmp_path):
    holes, zeroes, longer = (Bytes(tmp_path / name) for name in 'abc')
    for content, size in ((holes, SIZE), (longer, SIZE + 1)):
        content.path.touch()
        os.truncate(content.path, size)
    zeroes.path.write_bytes(bytes(SIZE))
    assert holes.digest == zeroes.digest
    assert holes.digest != longer.digest


def test_the_same_data_elsewhere_is_another_digest(tmp_path):
    first, second = (Bytes(tmp_path / name) for name in 'ab')
    for content, offset in ((first, 0), (second, 3 * BLOCK)):
        content.path.write_bytes(bytes(SIZE))
        content.write(offset, b'data')
    assert first.digest != second.digest
