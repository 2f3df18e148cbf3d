# SPDX-License-Identifier: Apache-2.0
"""Cinder's posix backups, for volumes that are sparse files.

The backups are the same: zeroes that nobody ever wrote are not read from the
disk, and a restore leaves holes where there are zeroes. Most of the gibibytes
that tests back up are such. Imported in Cinder's own process only.
"""

from cinder.backup.drivers import posix

from cloud.services.cinder import sparse_files


class Driver(posix.PosixBackupDriver):
    def backup(self, backup, volume_file, backup_metadata=True):  # noqa: FBT002
        source = sparse_files.Source(volume_file.fileno())
        super().backup(backup, source, backup_metadata)

    def restore(self, backup, volume_id, volume_file, volume_is_new):
        # cinder-backup has opened the file anew: it is empty
        target = sparse_files.Target(volume_file.fileno())
        super().restore(backup, volume_id, target, volume_is_new)
