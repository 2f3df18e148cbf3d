# SPDX-License-Identifier: Apache-2.0
PANEL = 'rbac_policies'
PANEL_DASHBOARD = 'admin'
REMOVE_PANEL = True
