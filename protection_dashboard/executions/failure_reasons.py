# SPDX-License-Identifier: Apache-2.0
"""Why something failed, in one plain line, from a service's own text.

The texts that are recognized are those of the modules ``exception.py`` of
Cinder, Manila, Trove and Nova, and our own sentences about executions and
waits.
"""

from collections.abc import Callable
import dataclasses
import functools
import re

from protection_dashboard.common.i18n import TranslatableText
from protection_dashboard.common.i18n import gettext_noop as _

QUOTA = 'quota'
IN_USE = 'in_use'
GONE = 'gone'
ROLE = 'role'
SERVICE = 'service'
TIME = 'time'
STATE = 'state'
DEPENDENT = 'dependent'
METHOD = 'method'
FAILED = 'failed'
LOST = 'lost'
OTHER = 'other'


@dataclasses.dataclass(frozen=True)
class Reason:
    """``kind`` is one of the constants above, ``words`` a short sentence."""

    kind: str
    words: TranslatableText


_Sentence = Callable[[re.Match[str]], TranslatableText]


def _quota(found: re.Match[str]) -> TranslatableText:
    what = _quota_name(found.string)
    words = _("quota exceeded for %(what)s") if what else _("quota exceeded")
    return TranslatableText(words, {'what': what} if what else {})


# the first pattern that fits counts: a snapshot's size is one of gigabytes
_QUOTAS = (
    (r'gigabytes|allowed \S* ?\(?G|[Ss]ize\w*Exceeds', _("gigabytes")),
    (r'(?i)snapshot', _("snapshots")),
    (r'(?i)backup', _("backups")),
    (r'(?i)volume', _("volumes")),
    (r'(?i)share', _("shares")),
    (r'(?i)instance', _("instances")),
)


def _quota_name(text: str) -> TranslatableText | None:
    for pattern, what in _QUOTAS:
        if re.search(pattern, text):
            return TranslatableText(what)
    return None


def _fixed(message: str) -> _Sentence:
    """A sentence that is always the same."""
    return lambda found: TranslatableText(message)


def _named(message: str) -> _Sentence:
    """A sentence with the named groups of the pattern as its values."""
    return lambda found: TranslatableText(message, found.groupdict())


# The recovery point, or its resource, does not exist. What else a service may
# not find, such as a volume type or a share network, is not meant: it is no
# reason to take a resource out of a plan.
_GONE = (
    r'(?i)no longer exists|was deleted meanwhile'
    r'|(?:^|: )(?:volume|snapshot|backup|share|instance)'
    r' (?=\S*\d)[\w-]+ (?:could not|cannot) be found'
    # Trove calls a flavor so, too, but gives instances and backups a UUID
    r'|(?:^|: )resource [0-9a-f]{8}-[0-9a-f-]+ (?:could not|cannot) be found'
    r'|(?:^|: )(?:the )?resource could not be found'
    r'|: (?:volume|share|server|image|network|project|snapshot|backup'
    r'|database instance) not found|Freezer: not found'
)

# (kind, pattern in the service's text, sentence); the first that fits counts
_KINDS: tuple[tuple[str, str, _Sentence], ...] = (
    (
        TIME,
        r'did not finish within (?P<time>\d+ hours?)',
        _named(_("not finished within %(time)s")),
    ),
    (
        QUOTA,
        r'(?i)quota (limit )?exceeded|exceeds? (the )?(allowed|available)'
        r'.*quota|LimitExceeded|ExceedsAvailableQuota|over quota'
        r'|maximum number of \S+( \S+)? allowed',
        _quota,
    ),
    (
        IN_USE,
        r'Force is off|current status is: in-use|(?i:is in-use|is in use)',
        _fixed(_("in use, and Force is off")),
    ),
    (
        DEPENDENT,
        r'(?i)is an increment of it|dependent|has (\d+ )?(child|snapshots)',
        _fixed(_("another recovery point builds on it")),
    ),
    (
        METHOD,
        r'(?:protection|protectable|method) (?P<method>\S+) is not installed',
        _named(_("the method %(method)s is not installed")),
    ),
    (
        LOST,
        r'The run lost this step',
        _fixed(_("the run lost this step")),
    ),
    (
        LOST,
        r'Lost: nothing of this run moved after (?P<time>\S+ \S+ UTC)\. '
        r'(?P<made>\d+) of (?P<all>\d+) resources have their copy',
        _named(
            _(
                "Mistral lost the run after %(time)s; %(made)s of %(all)s "
                "resources have their copy"
            )
        ),
    ),
    (
        LOST,
        r'Mistral lost the login of this run|Lost: nothing of this run'
        r"|Heartbeat wasn't received",
        _fixed(_("Mistral lost the run in the middle")),
    ),
    (
        LOST,
        r'The login that started this run has expired',
        _fixed(_("the login that started the run has expired")),
    ),
    (
        SERVICE,
        r'\b(?P<service>\w+) asks to be called less often',
        _named(_("%(service)s was called too often")),
    ),
    (
        SERVICE,
        r'\b(?P<service>\w+) (does not answer|does not work at the moment'
        r'|gave an answer that cannot be read)',
        _named(_("%(service)s does not work")),
    ),
    (
        SERVICE,
        r'catalog has no (?P<service>\S+) service',
        _named(_("there is no %(service)s service")),
    ),
    (
        ROLE,
        r"(?i)policy doesn't allow|not authorized|forbidden|not allowed to"
        r'|requires authentication|no longer good|could not be authenticated'
        r'|(role|trust)\b.*(lost|missing|not|denied)',
        _fixed(_("not allowed: the role may be lost")),
    ),
    (GONE, _GONE, _fixed(_("it no longer exists"))),
    (
        STATE,
        r"'s status is (?P<state>[\w-]+): (it cannot|only an)",
        _named(_("its status is %(state)s")),
    ),
    (
        STATE,
        r'(?i)status must be .*current status is:? (?P<state>[\w-]+)',
        _named(_("its status is %(state)s")),
    ),
    (
        FAILED,
        r'reports the status (?P<state>[\w-]+)|[Ii]ts status is (?P<s>[\w-]+)',
        lambda found: TranslatableText(
            _("the service reports the status %(state)s"),
            {'state': found['state'] or found['s']},
        ),
    ),
)
_COUNT = re.compile(r'\d+ of \d+ failed\. ')


# what Mistral writes around the text of what failed, see its modules
# engine/workflows.py, engine/task_handler.py and executors/default_executor.py
_WRAPPERS = tuple(
    re.compile(pattern, re.DOTALL)
    for pattern in (
        r'Failure\b.*?\n.*?-> (?P<text>.+)',
        r'(?:One or more actions had failed\.|None)'
        r'\s+\[\w+_ex_id=[^\]]*\]: (?P<text>.+)',
        r'Failed to (?:run|complete) action\b[^\n]*\n\s*(?P<text>.+)',
        r'Failed to [\w ]+ \[error=(?P<text>.*?), (?:wf|action)=',
        r'Failed to check and complete \[[^\]]*\]: (?P<text>.+)',
    )
)
# also behind the name of a resource
_RAISED = re.compile(
    r"The action raised an exception \[.*?\bmsg='(.*?)'\](?=\s*(?:\n|$))",
    re.DOTALL,
)
_OBJECT = re.compile(r'<[^<>\n]*? object at 0x[0-9a-fA-F]*>?')
# Mistral's own facts about an action, if there is no text beside them
_FACTS = re.compile(r'\s*\[action\w*=.*')
_NAMELESS = re.compile(r'^(\d+ of \d+ failed\. )?: ')


def without_addresses(text: str) -> str:
    """A text in which an object stands without its class and address."""
    return _OBJECT.sub("an object", text)


def plain_text(text: str) -> str:
    """The first line of what failed, out of all that Mistral writes around.

    A text that Mistral did not write stays as it is, but for lines after the
    first, an empty name before it, and the addresses of objects.
    """
    text = _RAISED.sub(r'\1', text.strip())
    while found := _wrapped(text):
        text = found['text'].strip()
    line = text.splitlines()[0].strip() if text else ''
    line = _FACTS.sub('.', _NAMELESS.sub(r'\1', line))
    return without_addresses(line)


def _wrapped(text: str) -> re.Match[str] | None:
    matches = (pattern.match(text) for pattern in _WRAPPERS)
    return next(filter(None, matches), None)


@functools.lru_cache(maxsize=1000)
def failure_reason(text: str) -> Reason:
    """The reason in the text of a service, or of one result.

    A text that is not recognized becomes the sentence itself, as
    ``plain_text`` has it.
    """
    text = plain_text(text)
    for kind, pattern, sentence in _KINDS:
        found = re.search(pattern, text)
        if found:
            return Reason(kind, sentence(found))
    return Reason(OTHER, TranslatableText('%(text)s', {'text': text}))


def execution_failure_reason(state_info: str) -> Reason:
    """The reason in the line (state_info) that an execution ends with."""
    return failure_reason(_COUNT.sub('', state_info, count=1))
