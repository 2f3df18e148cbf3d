# SPDX-License-Identifier: Apache-2.0
"""Imports point down, and the core knows no dashboard."""

import ast
from pathlib import Path
import subprocess
import sys

import pytest

PACKAGE = 'protection_dashboard'
ROOT = Path(__file__).parents[2] / PACKAGE
CORE = (
    'agenda',
    'api',
    'arming',
    'audit',
    'cancels',
    'choices',
    'compliance',
    'conformity',
    'conversion',
    'copies',
    'coverage',
    'cron',
    'cron_fields',
    'days',
    'deletions',
    'deliveries',
    'dependents',
    'dialect',
    'dry_runs',
    'dues',
    'exceptions',
    'expectations',
    'firings',
    'fleet',
    'forecast',
    'forecast_words',
    'frequencies',
    'freshness',
    'gates',
    'health',
    'history',
    'ids',
    'ledger',
    'limits',
    'messages',
    'methods',
    'missed',
    'neighbours',
    'newest',
    'notices',
    'operations',
    'orphan_ends',
    'orphan_facts',
    'orphans',
    'overlap',
    'parallel',
    'pickers',
    'pins',
    'plan_changes',
    'plan_commands',
    'plan_imports',
    'plan_points',
    'plan_schema',
    'plan_state',
    'plan_words',
    'plan_yaml',
    'plans',
    'plugins',
    'points',
    'projects',
    'promise',
    'protectables',
    'protections',
    'prunes',
    'reasons',
    'removals',
    'reports',
    'retention',
    'retention_growth',
    'retention_peak',
    'retention_rules',
    'retries',
    'run_parts',
    'run_search',
    'runs',
    'schedules',
    'selectors',
    'settings',
    'shared_workflows',
    'shift',
    'standing',
    'starters',
    'starts',
    'supersets',
    'survey',
    'times',
    'todays',
    'trove_requests',
    'trove_schedules',
    'unneeded',
    'upcoming',
    'usual',
    'waits',
    'wish_changes',
    'wishes',
    'turns',
    'words',
    'workbook',
    'zones',
)
PAGES = ('panels', 'forms', 'row_actions', 'tabs', 'tenant', 'apps')
#: who may not import whom
FORBIDDEN = [
    ('panels', 'api'),
    ('forms', 'api'),
    ('row_actions', 'api'),
    ('tabs', 'api'),
    *((core, page) for core in CORE for page in PAGES),
    ('api', 'operations'),
    ('api', 'protections'),
    ('protections', 'operations'),
    ('protectables', 'protections'),
    ('plans', 'api'),
    ('history', 'api'),
    ('messages', 'api'),
    ('notices', 'api'),
    ('run_parts', 'api'),
    ('reasons', 'api'),
    ('starters', 'api'),
    ('selectors', 'api'),
    ('schedules', 'api'),
    ('gates', 'api'),
    ('supersets', 'api'),
    ('expectations', 'api'),
    ('dues', 'api'),
    ('freshness', 'api'),
    ('promise', 'api'),
    ('days', 'api'),
    ('upcoming', 'api'),
    ('arming', 'operations'),
]


def imported(path):
    """Modules of ours that a file imports, from the package's root on."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [f'{node.module}.{alias.name}' for alias in node.names]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        else:
            continue
        yield from (n for n in names if n.startswith(PACKAGE + '.'))


def files(module):
    found = ROOT / module
    return (
        found.rglob('*.py') if found.is_dir() else [found.with_suffix('.py')]
    )


@pytest.mark.parametrize('upper', sorted({upper for upper, _ in FORBIDDEN}))
def test_no_arrow_points_the_wrong_way(upper):
    lower = {f'{PACKAGE}.{low}' for high, low in FORBIDDEN if high == upper}
    for path in files(upper):
        for name in imported(path):
            parts = name.split('.')
            beginnings = {
                '.'.join(parts[:n]) for n in range(2, len(parts) + 1)
            }
            assert beginnings.isdisjoint(lower), path


def test_the_core_loads_without_django_horizon_and_mistral():
    modules = ', '.join(f'{PACKAGE}.{name}' for name in CORE)
    check = (
        f'import sys, {modules}\n'
        f'from {PACKAGE} import plugins\n'
        'plugins.protections(); plugins.protectables()\n'
        "heavy = {'django', 'horizon', 'mistral', 'mistral_lib'}\n"
        'assert not heavy & set(sys.modules), heavy & set(sys.modules)\n'
    )
    subprocess.run([sys.executable, '-c', check], check=True)
