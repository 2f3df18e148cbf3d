# SPDX-License-Identifier: Apache-2.0
"""The bytes of a volume or a snapshot: one sparse file each."""

import dataclasses
import hashlib
import pathlib

from cloud import settings
from cloud.services.cinder.sparse_files import next_data

FOLDER = settings.STATE / 'cinder' / 'volumes'

BLOCK = 1 << 16

# What the sample volume web-data holds: byte offset -> text
WEB_DATA = {
    0: b'web-data: first block, 2026\n',
    512 << 20: b'web-data: the middle of the volume\n',
    (1 << 30) - 4096: b'web-data: last block\n',
}


@dataclasses.dataclass(frozen=True)
class Bytes:
    """The content of one file; offsets and lengths are bytes."""

    path: pathlib.Path

    def read(self, offset, length):
        """Return length bytes from offset on."""
        with self.path.open('rb') as content:
            content.seek(offset)
            return content.read(length)

    def write(self, offset, data):
        """Overwrite from offset on; the size stays unless data is longer."""
        with self.path.open('r+b') as content:
            content.seek(offset)
            content.write(data)

    @property
    def size(self):
        return self.path.stat().st_size

    @property
    def digest(self):
        """A digest that is equal where the content is, holes or zeroes."""
        digest = hashlib.sha256(self.size.to_bytes(8))
        for offset, block in self._blocks():
            if any(block):
                digest.update(offset.to_bytes(8))
                digest.update(block)
        return digest.hexdigest()

    def _blocks(self):
        """Yield (offset, block of BLOCK bytes) of all that is no hole."""
        with self.path.open('rb') as content:
            data = next_data(content.fileno(), 0)
            while data is not None:
                offset = data // BLOCK * BLOCK
                content.seek(offset)
                yield offset, content.read(BLOCK)
                data = next_data(content.fileno(), offset + BLOCK)


def volume(volume_id):
    """Return the Bytes of a volume of this cloud."""
    return Bytes(FOLDER / f'volume-{volume_id}')


def snapshot(snapshot_id):
    """Return the Bytes of a snapshot of this cloud."""
    return Bytes(FOLDER / f'snapshot-{snapshot_id}')
