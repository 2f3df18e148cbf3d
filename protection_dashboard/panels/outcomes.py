# SPDX-License-Identifier: Apache-2.0
"""What became of a run: of each resource, old points and messages."""

import dataclasses

from django import urls
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from protection_dashboard.panels import addresses
from protection_dashboard.panels import cells

_HEADINGS = {
    'point': _("Recovery Point"),
    'resource': _("Restored To"),
    'gone': _("Deleted"),
}
EVENTS = {
    'failure': _("Failure"),
    'success': _("Success"),
    'missed': _("Missed run"),
    'test': _("Test message"),
}
_COUNTED = (
    ('ok', _("%d done")),
    ('failed', _("%d failed")),
    ('skipped', _("%d skipped")),
    ('pending', _("%d under way")),
)


@dataclasses.dataclass(frozen=True)
class Outcome:
    """One line: the resource, what was made of it, how that stands."""

    name: str
    kind: str
    state: str
    reason: str
    made: str
    address: str
    link: str


def of(run):
    """An Outcome for each of the run's results."""
    return [_outcome(wait) for wait in run.results]


def heading(run):
    kinds = {wait['wait'] for wait in run.results}
    return _HEADINGS[kinds.pop()] if len(kinds) == 1 else _("Result")


def counted(run):
    """How many resources ended how: '7 done, 1 failed'."""
    states = [wait['state'] for wait in run.results]
    said = [text % states.count(s) for s, text in _COUNTED if s in states]
    gone = [one for one in run.removed if one['state'] == 'removed']
    if gone:
        said.append(gettext("%d removed") % len(gone))
    return ', '.join(said)


def progress(run):
    """How many of the run's resources are done with, of how many."""
    done = [wait for wait in run.results if wait['state'] != 'pending']
    return {'done': len(done), 'all': len(run.results)}


def raw(run):
    """What the workflow service says beyond the reason."""
    return '' if run.raw.endswith(run.reason) else run.raw


def removals(run):
    """The old points that the run removed, or could not."""
    return [
        {
            'name': one['name'] or one['id'],
            'resource': one['resource'] or one['resource_id'],
            'state': cells.state(one['state']),
            'reason': one['reason'],
            'why': one['why'],
        }
        for one in run.removed
    ]


def messages(run):
    """Where the run told of itself, and how that went."""
    return [
        {
            'target': one['target'],
            'event': EVENTS.get(one['event'], one['event']),
            'state': cells.state(one['state']),
            'reason': one['reason'],
        }
        for one in run.notices
    ]


def _outcome(wait):
    return Outcome(
        name=wait['name'] or wait['resource_id'],
        kind=cells.kind(wait['type']),
        state=cells.state(wait['state']),
        reason=wait['reason'],
        made=_made(wait),
        address=_ADDRESSES[wait['wait']](wait),
        link=_LINKS[wait['wait']](wait),
    )


def _made(wait):
    """The id of what was made; what stands for it meanwhile has a colon."""
    return '' if ':' in wait['id'] else wait['id']


def _point(wait):
    return _made(wait) and urls.reverse(
        'horizon:project:protection_points:detail',
        args=(wait['protection'], wait['id']),
    )


def _resource(wait):
    ended_well = wait['state'] == 'ok'
    return ended_well and addresses.of_resource(wait['type'], wait['id'])


_LINKS = {
    'point': _made,
    'resource': lambda wait: gettext("Open %s") % wait['name'],
    'gone': lambda wait: '',
}
_ADDRESSES = {
    'point': _point,
    'resource': _resource,
    'gone': lambda wait: '',
}
