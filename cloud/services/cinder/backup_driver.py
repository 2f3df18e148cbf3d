# SPDX-License-Identifier: Apache-2.0
"""Cinder's posix backups, for volumes that are sparse files.

The backups are the same: zeroes that nobody ever wrote are not read from the
disk, their digests and their compressed form are known after the first time,
and a restore leaves holes where there are zeroes. Most of the gibibytes that
tests back up are such. Imported in Cinder's own process only.
"""

import hashlib
import types

from cinder.backup import chunkeddriver
from cinder.backup.drivers import posix

from cloud.services.cinder import sparse_files

_md5 = sparse_files.remember_holes(hashlib.md5)
# the module's own, which asks for nothing else
chunkeddriver.hashlib = types.SimpleNamespace(md5=_md5, sha256=hashlib.sha256)


class Driver(posix.PosixBackupDriver):
    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        for name in ('_calculate_sha', '_prepare_output_data'):
            known = sparse_files.remember_holes(getattr(self, name))
            setattr(self, name, known)

    def backup(self, backup, volume_file, backup_metadata=True):  # noqa: FBT002
        source = sparse_files.Source(volume_file.fileno())
        super().backup(backup, source, backup_metadata)

    def restore(self, backup, volume_id, volume_file, volume_is_new):
        # cinder-backup has opened the file anew: it is empty
        target = sparse_files.Target(volume_file.fileno())
        super().restore(backup, volume_id, target, volume_is_new)
