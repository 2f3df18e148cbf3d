# SPDX-License-Identifier: Apache-2.0
"""The panel group Protection in the dashboard Project."""

from django.utils.translation import gettext_lazy as _

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
ADD_SCSS_FILES = [
    'protection/protection.scss',
    'protection/overview.scss',
]
