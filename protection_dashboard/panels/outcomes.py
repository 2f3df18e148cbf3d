# SPDX-License-Identifier: Apache-2.0
"""What became of each resource of a run."""

import dataclasses

from django import urls
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from protection_dashboard import plugins
from protection_dashboard.panels import addresses
from protection_dashboard.panels import cells

_HEADINGS = {
    'point': _("Recovery Point"),
    'resource': _("Restored To"),
    'gone': _("Deleted"),
}


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


def _outcome(wait):
    protectable = plugins.protectables().get(wait['type'])
    return Outcome(
        name=wait['name'] or wait['resource_id'],
        kind=protectable.name if protectable else wait['type'],
        state=cells.state(wait['state']),
        reason=wait['reason'],
        made=_made(wait),
        address=_ADDRESSES[wait['wait']](wait),
        link=_LINKS[wait['wait']](wait),
    )


def _made(wait):
    """The id of what was made; what stands for it meanwhile has a colon."""
    return '' if ':' in wait['id'] else wait['id']


def _points_of(wait):
    return _made(wait) and urls.reverse(
        'horizon:project:protection_points:resource',
        args=(wait['type'], wait['resource_id']),
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
    'point': _points_of,
    'resource': _resource,
    'gone': lambda wait: '',
}
