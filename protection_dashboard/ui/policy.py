# SPDX-License-Identifier: Apache-2.0
"""Who may do what of ours: nobody, unless all rules can be read.

Horizon allows everybody a rule that it has not read, and does not start with
a file of another shape. So its ``POLICY_CHECK_FUNCTION``, which its menus and
tables ask as well, is :func:`check` here, and Horizon itself reads no file of
ours: see :func:`take_over`. A file that changes while Horizon runs counts at
once.
"""

from collections.abc import Iterable
from collections.abc import Mapping
import dataclasses
import functools
import logging
import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from horizon.utils import settings as horizon_settings
from oslo_config import cfg
from oslo_policy import policy as oslo_policy
import yaml

from protection_dashboard.common.i18n import TranslatableText
from protection_dashboard.common.i18n import gettext_noop as _

LOG = logging.getLogger(__name__)
SCOPE = 'protection'
LOOK, CHANGE, ADMIN = (
    'protection:look',
    'protection:change',
    'protection:admin',
)
NAMES = (LOOK, CHANGE, ADMIN)
DELIVERED = Path(__file__).parent.parent / 'policy' / 'defaults.yaml'
OVERRIDE = 'protection_policy.yaml'
#: pairs of a policy's service and the name of one of its rules
PolicyRules = Iterable[tuple[str, str]]


class Unusable(Exception):
    """A policy that says of nobody for certain what they may do.

    Its argument is a TranslatableText.
    """


@dataclasses.dataclass(frozen=True)
class Files:
    """Where rules stand; a path that is none is below POLICY_FILES_PATH.

    ``is_chosen`` is whether the operator has named the override, which then
    has to be there. ``folders`` hold further overrides.
    """

    defaults: str = str(DELIVERED)
    override: str = OVERRIDE
    is_chosen: bool = False
    folders: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True)
class Policy:
    """The rules in force, or why there are none.

    ``changed`` are names of ours that the operator has changed, ``unknown``
    names that nothing asks for, ``open`` those of ours that anybody passes.
    """

    enforcer: oslo_policy.Enforcer | None = None
    problem: TranslatableText | None = None
    changed: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    open: tuple[str, ...] = ()


# oslo.policy reads what stands before a colon as Python, if it knows no better
_NOT_READABLE = _("The rule %(name)s cannot be read: %(error)s")
_files = Files()
_others: Any = None


def take_over() -> None:
    """Let Horizon ask :func:`check`, and take our files out of its list.

    Whoever has set POLICY_CHECK_FUNCTION to None has no policy in Horizon's
    menus and tables; the views ask :func:`check` all the same.
    """
    global _files, _others
    chosen = settings.POLICY_FILES.pop(SCOPE, None)
    _files = Files(
        settings.DEFAULT_POLICY_FILES.pop(SCOPE, str(DELIVERED)),
        chosen or OVERRIDE,
        chosen is not None,
        tuple(getattr(settings, 'POLICY_DIRS', {}).get(SCOPE, ())),
    )
    if settings.POLICY_CHECK_FUNCTION not in (None, check):
        _others = settings.POLICY_CHECK_FUNCTION
        settings.POLICY_CHECK_FUNCTION = check
    current_policy()


def override_path() -> Path:
    """The file with the operator's rules, which may not be there."""
    return _path(_files.override)


def check(
    actions: PolicyRules,
    request: HttpRequest,
    target: dict[str, Any] | None = None,
) -> bool:
    """Whether a user may do all of ``actions``; see POLICY_CHECK_FUNCTION."""
    actions = tuple(actions)
    ours = [rule[1] for rule in actions if rule[0] == SCOPE]
    others = tuple(rule for rule in actions if rule[0] != SCOPE)
    if not all(_is_allowed(request, name) for name in ours):
        return False
    ask = horizon_settings.import_object(_others) if others else None
    return ask(others, request, target) if ask else True


def _is_allowed(request: HttpRequest, name: str) -> bool:
    """Whether the user may do what one of our rules is about.

    Asked once in a request.
    """
    answers = request.__dict__.setdefault('_protection_may', {})
    if name not in answers:
        answers[name] = passes(current_policy(), name, request.user)
    return answers[name]


def passes(policy: Policy, name: str, user: Any) -> bool:
    """Whether a Policy allows a user of Horizon what a rule is about."""
    if policy.enforcer is None or not user.is_authenticated:
        return False
    target = {
        'project_id': user.project_id,
        'tenant_id': user.project_id,
        'user_id': user.id,
        'domain_id': user.user_domain_id,
    }
    credentials = {
        **target,
        'username': user.username,
        'project_name': user.project_name,
        'is_admin': user.is_superuser,
        'roles': [role['name'] for role in user.roles],
    }
    try:
        return bool(policy.enforcer.enforce(name, target, credentials))
    except SyntaxError as error:
        # a part of the rule that nobody has come to before
        LOG.error(_NOT_READABLE, {'name': name, 'error': error})
        return False


def current_policy() -> Policy:
    """The Policy of this Horizon's files as they are now."""
    return policy_of(_files)


def policy_of(files: Files) -> Policy:
    """The Policy of files as they are now."""
    return _policy_of(files, _state_of(files))


def _state_of(files: Files) -> tuple[tuple[str, int, int, int], ...]:
    """What changes with the files: a tuple for each that is there."""
    found = []
    for path in _paths(files):
        try:
            state = path.stat()
        except OSError as error:
            found.append((str(path), error.errno or 0, 0, 0))
        else:
            facts = state.st_mtime_ns, state.st_size, state.st_mode
            found.append((str(path), *facts))
    return tuple(found)


def _paths(files: Files) -> list[Path]:
    below = [
        path
        for folder in map(_path, files.folders)
        for path in sorted(folder.glob('*'))
        if not path.name.startswith('.')
    ]
    return [_path(files.defaults), _path(files.override), *below]


def _path(name: str) -> Path:
    # joined to a path, an absolute path is the result
    return Path(settings.POLICY_FILES_PATH, name)


@functools.lru_cache(maxsize=4)
def _policy_of(files: Files, _state: object) -> Policy:
    """The Policy of files; it is read once as long as they stay as they are.

    What is wrong is logged then: nobody may look at Health to see it.
    """
    try:
        return _read_policy(files)
    except Unusable as error:
        problem: TranslatableText = error.args[0]
        LOG.error(
            "The policy of protection_dashboard cannot be used, so nobody may "
            "do anything of it: %s",
            problem,
        )
        return Policy(problem=problem)


def _read_policy(files: Files) -> Policy:
    """The Policy of files; raises Unusable."""
    defaults, override, *more = _paths(files)
    delivered = _delivered_rules(defaults)
    own: dict[str, str] = {}
    if files.is_chosen or os.path.lexists(override):
        own |= _own_rules(override)
    for path in more:
        own |= _own_rules(path)
    rules = {**delivered, **own}
    enforcer = _enforcer(rules)
    return Policy(
        enforcer=enforcer,
        changed=tuple(name for name in NAMES if name in own),
        unknown=tuple(sorted(_unused(own, rules))),
        open=tuple(name for name in NAMES if _is_open(enforcer, name)),
    )


def _delivered_rules(path: Path) -> dict[str, str]:
    """``{name: check string}`` of a file as defaults.yaml is."""
    content = _content(path)
    try:
        rules = {rule['name']: rule['check_str'] for rule in content}
    except (LookupError, TypeError) as error:
        raise _unusable(_("%(path)s is no list of rules."), path) from error
    missing = ', '.join(sorted({*NAMES} - {*rules}))
    if missing:
        words = _("%(path)s does not name %(rules)s.")
        raise _unusable(words, path, rules=missing)
    return _checked(path, rules)


def _own_rules(path: Path) -> dict[str, str]:
    """``{name: check string}`` of an operator's file; an empty one is {}."""
    content = _content(path)
    if not isinstance(content, Mapping | None):
        words = _(
            "%(path)s has to be \"name\": \"rule\" in each line, not a list "
            "as the file of the package is."
        )
        raise _unusable(words, path)
    return _checked(path, dict(content or {}))


def _content(path: Path) -> Any:
    try:
        return yaml.safe_load(path.read_text('utf-8'))
    except (OSError, ValueError, RecursionError, yaml.YAMLError) as error:
        words = _("%(path)s cannot be read: %(error)s")
        said = ' '.join(str(error).split())
        raise _unusable(words, path, error=said) from error


def _checked(path: Path, rules: dict[Any, Any]) -> dict[str, str]:
    for name, check_string in rules.items():
        if not isinstance(check_string, str):
            words = _("%(path)s: the rule %(name)s is no text.")
            raise _unusable(words, path, name=str(name))
    return {str(name): text for name, text in rules.items()}


def _enforcer(rules: dict[str, str]) -> oslo_policy.Enforcer:
    conf = cfg.ConfigOpts()
    # without arguments it would read those of the process
    conf([])
    parsed = oslo_policy.Rules.from_dict(rules)
    enforcer = oslo_policy.Enforcer(conf, use_conf=False, rules=parsed)
    if not enforcer.check_rules():
        words = _("A rule refers to itself, or to one that is not there.")
        raise Unusable(TranslatableText(words))
    return enforcer


def _unused(own: Mapping[str, str], rules: Mapping[str, str]) -> set[str]:
    """Names of an operator's rules that neither we nor rules refer to."""
    said = ' '.join(rules.values()).split()
    referred = {word.strip('()').removeprefix('rule:') for word in said}
    return {*own} - {*NAMES} - referred


def _is_open(enforcer: oslo_policy.Enforcer, name: str) -> bool:
    """Whether somebody without any role passes a rule; raises Unusable."""
    try:
        return bool(enforcer.enforce(name, {}, {'roles': []}))
    except SyntaxError as error:
        facts = {'name': name, 'error': str(error)}
        raise Unusable(TranslatableText(_NOT_READABLE, facts)) from error


def _unusable(words: str, path: Path, **facts: str) -> Unusable:
    return Unusable(TranslatableText(words, {'path': str(path), **facts}))
