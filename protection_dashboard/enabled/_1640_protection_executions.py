# SPDX-License-Identifier: Apache-2.0
PANEL = 'protection_executions'
PANEL_DASHBOARD = 'project'
PANEL_GROUP = 'protection'
ADD_PANEL = 'protection_dashboard.panels.executions.panel.Panel'
