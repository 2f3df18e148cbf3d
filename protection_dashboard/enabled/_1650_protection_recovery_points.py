# SPDX-License-Identifier: Apache-2.0
PANEL = 'protection_points'
PANEL_DASHBOARD = 'project'
PANEL_GROUP = 'protection'
ADD_PANEL = 'protection_dashboard.panels.recovery_points.panel.Panel'
