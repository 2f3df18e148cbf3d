# SPDX-License-Identifier: Apache-2.0
"""Run by test_row_actions: a Horizon without shares and some panels.

Says "fine" if the other tables have our actions all the same.
"""

import os
from pathlib import Path
import sys

ROOT = Path(__file__).parents[3]
sys.path[:0] = [
    str(ROOT),
    str(ROOT / 'cloud' / 'services' / 'horizon' / 'site'),
]
sys.modules['manila_ui'] = None  # an import of it fails: not installed

REMOVED = ('snapshots', 'protection_schedules')


def start():
    """Horizon without one of our panels, and without one of another's."""
    os.environ['DJANGO_SETTINGS_MODULE'] = 'openstack_dashboard.settings'
    import django
    from django.conf import settings

    for panel in settings.HORIZON_CONFIG['panel_customization']:
        if panel.get('PANEL') in REMOVED:
            panel['REMOVE_PANEL'] = True
    django.setup()


def look():
    """Rows of the tables that are there, seen by demo."""
    from openstack_dashboard.dashboards.project.snapshots import tables

    from tests.pages.conftest import Visitor

    user = Visitor('demo')
    (database, *_more) = user.page('/project/databases/').rows
    assert 'Schedule Backup' in database.actions
    assert 'Scheduled Backups' not in database.actions
    (volume, *_more) = user.page('/project/volumes/').rows
    assert 'Schedule Backup' in volume.actions
    assert 'protection_restore' not in tables.VolumeSnapshotsTable.base_actions
    assert user.get('/project/shares/').status_code == 404


start()
look()
print('fine')
