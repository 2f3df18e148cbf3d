# SPDX-License-Identifier: Apache-2.0
"""The check of this Horizon: whether it enforces the policy of the panels.

Horizon allows everybody a rule that no policy file names.
"""

from pathlib import Path

from django.conf import settings
import yaml

from protection_dashboard.common.i18n import TranslatableText
from protection_dashboard.common.i18n import gettext_noop as _
from protection_dashboard.reports.health import FAILED
from protection_dashboard.reports.health import OK
from protection_dashboard.reports.health import Check
from protection_dashboard.ui import request_user

POLICY_NAME = TranslatableText(_("Policy of the panels"))
_SCOPE = 'protection'
_TODO = TranslatableText(
    _(
        "Leave 'protection' out of POLICY_FILES and DEFAULT_POLICY_FILES, or "
        "give the right path; then restart Horizon."
    )
)


def policy_checks():
    """Checks of Horizon's own files; they need no cloud."""
    return [_policy_check()]


def _policy_check():
    """The Check that all rules of the panels stand in the policy files."""
    try:
        rules = {rule['name'] for rule in _read_rules(_default_path())}
        own = (
            _read_rules(_override_path()) if _override_path().exists() else {}
        )
    except (OSError, yaml.YAMLError, LookupError, TypeError) as error:
        message = _("It cannot be read: %(error)s")
        explanation = TranslatableText(message, {'error': error})
        return Check(POLICY_NAME, FAILED, explanation, _TODO)
    used = {
        name
        for _file, name in (
            *request_user.VIEW_RULES,
            *request_user.CHANGE_RULES,
            *request_user.ADMIN_RULES,
        )
    }
    missing = sorted(used - rules)
    if missing:
        explanation = TranslatableText(
            _("%(path)s does not name %(rules)s, so anybody may do it."),
            {'path': _default_path(), 'rules': ', '.join(missing)},
        )
        return Check(POLICY_NAME, FAILED, explanation, _TODO)
    changed = sorted(used & {*own})
    if changed:
        explanation = TranslatableText(
            _("In force; %(path)s changes %(rules)s."),
            {'path': _override_path(), 'rules': ', '.join(changed)},
        )
        return Check(POLICY_NAME, OK, explanation)
    return Check(
        POLICY_NAME, OK, TranslatableText(_("In force as it is delivered."))
    )


def _default_path():
    return _path(settings.DEFAULT_POLICY_FILES)


def _override_path():
    return _path(settings.POLICY_FILES)


def _path(files):
    # joined to a path, an absolute path is the result
    return Path(settings.POLICY_FILES_PATH, files[_SCOPE])


def _read_rules(path):
    return yaml.safe_load(path.read_text('utf-8')) or {}
