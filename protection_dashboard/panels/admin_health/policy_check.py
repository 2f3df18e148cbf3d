# SPDX-License-Identifier: Apache-2.0
"""What Health says of this Horizon: whether our policy is in force.

Horizon lets everything pass that no policy file names.
"""

from pathlib import Path

from django.conf import settings
import yaml

from protection_dashboard.common.i18n import Words
from protection_dashboard.common.i18n import gettext_noop as _
from protection_dashboard.reports.health import FAILED
from protection_dashboard.reports.health import OK
from protection_dashboard.reports.health import Check
from protection_dashboard.ui import request_user

POLICY = Words(_("Policy of the panels"))
_SCOPE = 'protection'
_TODO = Words(
    _(
        "Leave 'protection' out of POLICY_FILES and DEFAULT_POLICY_FILES, or "
        "give the right path; then restart Horizon."
    )
)


def checks():
    """Checks of what needs no cloud."""
    return [_policy()]


def _policy():
    try:
        rules = {rule['name'] for rule in _read(_default())}
        own = _read(_override()) if _override().exists() else {}
    except (OSError, yaml.YAMLError, LookupError, TypeError) as error:
        told = Words(_("It cannot be read: %(error)s"), {'error': error})
        return Check(POLICY, FAILED, told, _TODO)
    asked = {
        name
        for _file, name in (
            *request_user.LOOK,
            *request_user.CHANGE,
            *request_user.ADMIN,
        )
    }
    missing = sorted(asked - rules)
    if missing:
        told = Words(
            _("%(path)s does not name %(rules)s, so anybody may do it."),
            {'path': _default(), 'rules': ', '.join(missing)},
        )
        return Check(POLICY, FAILED, told, _TODO)
    changed = sorted(asked & {*own})
    if changed:
        told = Words(
            _("In force; %(path)s changes %(rules)s."),
            {'path': _override(), 'rules': ', '.join(changed)},
        )
        return Check(POLICY, OK, told)
    return Check(POLICY, OK, Words(_("In force as it is delivered.")))


def _default():
    return _path(settings.DEFAULT_POLICY_FILES)


def _override():
    return _path(settings.POLICY_FILES)


def _path(files):
    # an absolute path stays what it is
    return Path(settings.POLICY_FILES_PATH, files[_SCOPE])


def _read(path):
    return yaml.safe_load(path.read_text('utf-8')) or {}
