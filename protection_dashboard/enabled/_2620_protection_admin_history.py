# SPDX-License-Identifier: Apache-2.0
PANEL = 'protection_history'
PANEL_DASHBOARD = 'admin'
PANEL_GROUP = 'protection_admin'
ADD_PANEL = 'protection_dashboard.panels.admin_executions.panel.Panel'
