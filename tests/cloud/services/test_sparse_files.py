# SPDX-License-Identifier: Apache-2.0
"""Sparse files give and take the bytes that plain files would."""

import pytest

from cloud.services.cinder import sparse_files

MIB = 1 << 20
SIZE = 16 * MIB


@pytest.fixture
def path(tmp_path):
    """A file of holes with two pieces of data in it."""
    made = tmp_path / 'volume'
    with made.open('wb') as content:
        content.truncate(SIZE)
        for offset in (5 * MIB, SIZE - 3):
            content.seek(offset)
            content.write(b'abc')
    return made


@pytest.mark.parametrize('length', [MIB, 7 * MIB + 1, 2 * SIZE])
def test_all_is_read_in_order(path, length):
    read = b''
    with path.open('rb') as content:
        source = sparse_files.Source(content.fileno())
        while block := source.read(length):
            read += block
            assert source.tell() == len(read)
    assert read == path.read_bytes()


def test_what_is_known_of_holes_is_not_worked_out_again(path):
    asked = []

    @sparse_files.remember_holes
    def content(data):
        asked.append(data)
        return bytes(data)

    with path.open('rb') as opened:
        source = sparse_files.Source(opened.fileno())
        read = b''.join(content(source.read(MIB)) for _ in range(16))
    assert read == path.read_bytes()
    assert [b'abc' in data for data in asked] == [False, True, True]


def test_holes_stay_holes(path, tmp_path):
    content = path.read_bytes()
    with (tmp_path / 'other').open('wb') as other:
        target = sparse_files.Target(other.fileno())
        for offset in range(0, SIZE, 4 * MIB):
            target.seek(offset)
            target.write(content[offset : offset + 4 * MIB])
        target.flush()
    assert (tmp_path / 'other').read_bytes() == content
    assert (tmp_path / 'other').stat().st_blocks * 512 <= 3 * MIB


def test_zeroes_are_written_over_data(tmp_path):
    """As those of an increment are over its full backup."""
    with (tmp_path / 'other').open('wb') as other:
        target = sparse_files.Target(other.fileno())
        target.write(b'a' * 3 * MIB)
        target.seek(MIB)
        target.write(bytes(MIB))
    expected = b'a' * MIB + bytes(MIB) + b'a' * MIB
    assert (tmp_path / 'other').read_bytes() == expected


def test_a_file_that_is_no_hole_but_empty_ends_at_once(tmp_path):
    (tmp_path / 'empty').touch()
    with (tmp_path / 'empty').open('rb') as content:
        assert sparse_files.Source(content.fileno()).read(MIB) == b''
