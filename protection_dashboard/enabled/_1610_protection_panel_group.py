# SPDX-License-Identifier: Apache-2.0
"""The panel group Protection in the dashboard Project."""

from pathlib import Path

from django.utils.translation import gettext_lazy as _
import openstack_dashboard

from protection_dashboard import exceptions

PANEL_GROUP = 'protection'
PANEL_GROUP_NAME = _("Protection")
PANEL_GROUP_DASHBOARD = 'project'
ADD_INSTALLED_APPS = ['protection_dashboard']
ADD_EXCEPTIONS = {
    'unauthorized': exceptions.UNAUTHORIZED,
    'not_found': exceptions.NOT_FOUND,
    'recoverable': exceptions.RECOVERABLE,
}
ADD_JS_FILES = [
    'protection/protection.js',
    'protection/copy.js',
    'protection/notification.js',
    'protection/overview.js',
    'protection/plan_wizard.js',
]
# Since 25.7 Horizon compiles each of these alone; before, they follow the
# theme's variables in one file, which cannot import them.
_HORIZON = Path(openstack_dashboard.__file__).parent
_ALONE = (_HORIZON / 'static' / 'dashboard' / 'scss' / 'themes.scss').exists()
ADD_SCSS_FILES = [
    'protection/themed.scss' if _ALONE else 'protection/protection.scss',
    'protection/overview.scss',
]
