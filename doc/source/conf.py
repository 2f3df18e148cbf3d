# SPDX-License-Identifier: Apache-2.0
"""Configuration of Sphinx; ``tox -e docs`` builds the pages.

Nothing is asked of the network or of tags and remotes of git.
"""

import configparser
from pathlib import Path

_SETUP = configparser.ConfigParser()
_SETUP.read(Path(__file__).parents[2] / 'setup.cfg')

project = 'Protection Dashboard'
version = release = _SETUP.get('metadata', 'version')

extensions = ['openstackdocstheme']
html_theme = 'openstackdocs'
openstackdocs_auto_name = False
openstackdocs_auto_version = False
highlight_language = 'none'
pygments_style = 'native'
