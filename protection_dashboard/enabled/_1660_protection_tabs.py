# SPDX-License-Identifier: Apache-2.0
"""The tab Protection on pages of other dashboards, where they are there."""

FEATURE = 'protection_tabs'
_TABS = 'protection_dashboard.embedded.tabs'
_PROJECT = 'openstack_dashboard.dashboards.project'
EXTRA_TABS = {
    f'{_PROJECT}.instances.tabs.InstanceDetailTabs': (
        (50, f'{_TABS}.ServerTab'),
    ),
    f'{_PROJECT}.volumes.tabs.VolumeDetailTabs': ((50, f'{_TABS}.VolumeTab'),),
    'manila_ui.dashboards.project.shares.tabs.ShareDetailTabs': (
        (50, f'{_TABS}.ShareTab'),
    ),
    'trove_dashboard.content.databases.tabs.InstanceDetailTabs': (
        (50, f'{_TABS}.DatabaseTab'),
    ),
}
