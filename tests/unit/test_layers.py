# SPDX-License-Identifier: Apache-2.0
"""What the contracts of import-linter in pyproject.toml cannot say."""

import graphlib
from pathlib import Path
import subprocess
import sys
import tomllib

import grimp
import pytest

ROOT = Path(__file__).parents[2]


def domain():
    """The packages of the contract that keeps Django out of the domain."""
    told = tomllib.loads((ROOT / 'pyproject.toml').read_text())
    (found,) = (
        contract['source_modules']
        for contract in told['tool']['importlinter']['contracts']
        if 'django' in contract.get('forbidden_modules', ())
    )
    return found


@pytest.mark.parametrize('package', ['protection_dashboard', 'cloud'])
def test_no_two_modules_import_each_other(package):
    graph = grimp.build_graph(package, cache_dir=None)
    imports = {
        module: graph.find_modules_directly_imported_by(module)
        for module in graph.modules
    }
    graphlib.TopologicalSorter(imports).prepare()


def test_the_domain_loads_without_django_horizon_and_mistral():
    check = (
        'import importlib, pkgutil, sys\n'
        f'for name in {domain()!r}:\n'
        '    found = importlib.import_module(name)\n'
        "    below = getattr(found, '__path__', ())\n"
        "    for one in pkgutil.walk_packages(below, name + '.'):\n"
        '        importlib.import_module(one.name)\n'
        'from protection_dashboard import plugins\n'
        'plugins.protections(); plugins.protectables()\n'
        "heavy = {'django', 'horizon', 'mistral', 'mistral_lib'}\n"
        'assert not heavy & set(sys.modules), heavy & set(sys.modules)\n'
    )
    subprocess.run([sys.executable, '-c', check], check=True)
