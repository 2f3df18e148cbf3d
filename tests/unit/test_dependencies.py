# SPDX-License-Identifier: Apache-2.0
"""What the package imports is what it declares to need."""

import ast
import configparser
from importlib import metadata
from pathlib import Path
import re
import sys

ROOT = Path(__file__).parents[2]
#: what the hosts bring: Horizon and Mistral
HOSTS = {
    'django',
    'horizon',
    'mistral',
    'mistral-lib',
    'oslo-config',
    'oslo-policy',
}


def canonical(name):
    return re.sub(r'[-_.]+', '-', name).lower()


def declared():
    setup = configparser.ConfigParser(interpolation=None)
    setup.read(ROOT / 'setup.cfg')
    lines = setup['options']['install_requires'].split()
    return {canonical(re.split('[<>=]', line)[0]) for line in lines}


def imported():
    """``{first part of a module's name}`` of all that is imported."""
    found = set()
    for path in (ROOT / 'protection_dashboard').rglob('*.py'):
        for node in ast.walk(ast.parse(path.read_text('utf-8'))):
            if isinstance(node, ast.Import):
                found |= {alias.name.split('.')[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                found.add(node.module.split('.')[0])
    return found - sys.stdlib_module_names - {'protection_dashboard'}


def test_what_is_imported_is_declared():
    owners = metadata.packages_distributions()
    wanted = {canonical(owners[name][0]) for name in imported()}
    assert wanted - HOSTS <= declared()
