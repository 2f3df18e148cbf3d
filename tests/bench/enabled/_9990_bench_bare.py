# SPDX-License-Identifier: Apache-2.0
PANEL = 'bench_bare'
PANEL_DASHBOARD = 'project'
ADD_PANEL = 'tests.bench.bare.Panel'
