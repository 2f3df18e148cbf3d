# SPDX-License-Identifier: Apache-2.0
"""What the page of an execution shows of its outcome.

That is its resources, the points that it removed, and messages.
"""

import collections
import dataclasses
import itertools
import re

from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from protection_dashboard.executions import cancellation
from protection_dashboard.executions import failure_reasons
from protection_dashboard.ui import addresses
from protection_dashboard.ui import cells

_HEADINGS = {
    'point': _("Recovery Point"),
    'resource': _("Restored To"),
    'gone': _("Deleted"),
}
EVENTS = {
    'failure': _("Failure"),
    'success': _("Success"),
    'missed': _("Missed run"),
    'skipped': _("Skipped run"),
    'test': _("Test message"),
}
_STATE_TEXTS = (
    ('ok', _("%d done")),
    ('failed', _("%d failed")),
    ('skipped', _("%d skipped")),
    ('pending', _("%d under way")),
    (cancellation.BEGUN, _("%d had been started")),
    (cancellation.NOT_STARTED, _("%d not started")),
    (cancellation.NOT_RECORDED, _("%d not recorded")),
)
# 'Cinder: ...'
_SERVICE_PREFIX = re.compile(r'\w+: ')
#: lines of a group that are shown at once; the others fold open
SHOWN_PER_GROUP = 10


@dataclasses.dataclass(frozen=True)
class ResultRow:
    """The outcome of one resource.

    ``reason`` is one line in plain words, ``raw`` the service's own text if
    that says more. ``points`` is the URL of the resource's recovery points.
    """

    name: str
    kind: str
    state: str
    reason: str
    raw: str
    made: str
    address: str
    link: str
    points: str


@dataclasses.dataclass(frozen=True)
class OutcomeGroup:
    """Outcomes that are listed together; only the first ones are ``shown``.

    ``title`` says what those of ``hidden`` have in common.
    """

    title: str
    outcomes: list

    @property
    def shown(self):
        return self.outcomes[:SHOWN_PER_GROUP]

    @property
    def hidden(self):
        return self.outcomes[SHOWN_PER_GROUP:]


def outcome_groups(run):
    """OutcomeGroups of a run, failures first.

    Those of one state and one kind of reason are in one group.
    """
    waits = sorted(run.results, key=_group_key)
    together = itertools.groupby(waits, key=_group_key)
    return [_outcome_group([*waits]) for _key, waits in together]


_STATE_ORDER = (
    'failed',
    'skipped',
    'pending',
    cancellation.BEGUN,
    cancellation.NOT_STARTED,
    cancellation.NOT_RECORDED,
)


def _group_key(wait):
    state = wait['state']
    order = (
        _STATE_ORDER.index(state)
        if state in _STATE_ORDER
        else len(_STATE_ORDER)
    )
    return order, state, failure_reasons.failure_reason(wait['reason']).kind


def _outcome_group(waits):
    outcomes = [_outcome(wait) for wait in waits]
    more = len(outcomes) - SHOWN_PER_GROUP
    title = gettext("%d more") % more
    common = {outcome.reason for outcome in outcomes}
    reason = ' '.join(common) if len(common) == 1 else ''
    return OutcomeGroup(f'{title}: {reason}' if reason else title, outcomes)


def failure_causes(run):
    """Reasons of failed resources, counted, most frequent first."""
    counts = collections.Counter(
        _plain_reason(wait['reason'])
        for wait in run.results
        if wait['state'] == 'failed'
    )
    return [
        f'{count} × {reason}' if count > 1 else reason
        for reason, count in counts.most_common(5)
    ]


def result_heading(run):
    kinds = {wait['wait'] for wait in run.results}
    return _HEADINGS[kinds.pop()] if len(kinds) == 1 else _("Result")


def state_counts(run):
    """The number of resources by state: '7 done, 1 failed'."""
    states = [wait['state'] for wait in run.results]
    parts = [text % states.count(s) for s, text in _STATE_TEXTS if s in states]
    gone = [one for one in run.removed if one['state'] == 'removed']
    if gone:
        parts.append(gettext("%d removed") % len(gone))
    return ', '.join(parts)


def progress(run):
    """``{'done', 'all'}``: the numbers of finished and of all resources."""
    done = [wait for wait in run.results if wait['state'] != 'pending']
    return {'done': len(done), 'all': len(run.results)}


def raw_error(run):
    """Mistral's own error text; '' if the reason says all of it."""
    if run.state_info.endswith(run.reason):
        return ''
    return failure_reasons.without_addresses(run.state_info)


def removal_lines(run):
    """The old points that the run removed or failed to remove."""
    return [
        {
            'name': one['name'] or one['id'],
            'resource': one['resource'] or one['resource_id'],
            'state': cells.state_label(one['state']),
            'reason': one['reason'],
            'why': one['why'],
        }
        for one in run.removed
    ]


def message_lines(run):
    """The messages that the run sent, with target, event and state."""
    return [
        {
            'target': one['target'],
            'event': EVENTS.get(one['event'], one['event']),
            'state': cells.state_label(one['state']),
            'reason': one['reason'],
        }
        for one in run.notices
    ]


def _outcome(wait):
    return ResultRow(
        name=wait['name'] or wait['resource_id'],
        kind=cells.type_name(wait['type']),
        state=cells.state_label(wait['state']),
        reason=_reason_line(wait['reason']),
        raw=failure_reasons.without_addresses(wait['reason'])
        if _is_raw(wait['reason'])
        else '',
        made=_result_id(wait),
        address=_ADDRESSES[wait['wait']](wait),
        link=_LINKS[wait['wait']](wait),
        points=_resource_points_address(wait),
    )


def _plain_reason(reason):
    return failure_reasons.failure_reason(reason).words.text(gettext)


def _reason_line(reason):
    """A reason in plain words; a sentence of this plugin as it is."""
    if _is_raw(reason):
        return capfirst(_plain_reason(reason))
    return failure_reasons.plain_text(reason)


def _is_raw(reason):
    """Whether it is a service's text that has a plainer translation."""
    known = (
        failure_reasons.failure_reason(reason).kind != failure_reasons.OTHER
    )
    return known and bool(_SERVICE_PREFIX.match(reason))


def _resource_points_address(wait):
    return wait['resource_id'] and addresses.page_or_empty(
        'horizon:project:protection_points:resource',
        wait['type'],
        wait['resource_id'],
    )


def _result_id(wait):
    """The id of what was made; what stands for it meanwhile has a colon."""
    return '' if ':' in wait['id'] else wait['id']


def _point_address(wait):
    return _result_id(wait) and addresses.page_or_empty(
        'horizon:project:protection_points:detail',
        wait['protection'],
        wait['id'],
    )


def _resource_address(wait):
    ended_well = wait['state'] == 'ok'
    return ended_well and addresses.resource_page(wait['type'], wait['id'])


_LINKS = {
    'point': _result_id,
    'resource': lambda wait: gettext("Open %s") % wait['name'],
    'gone': lambda wait: '',
}
_ADDRESSES = {
    'point': _point_address,
    'resource': _resource_address,
    'gone': lambda wait: '',
}
