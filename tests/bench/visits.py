# SPDX-License-Identifier: Apache-2.0
"""Users who visit pages one after the other, and what each visit costs."""

import json
import os
import pathlib
import statistics

from cloud.supervisor import control
from tests.bench import horizon
from tests.bench.meter import HEADER
from tests.support import logins

#: seconds after which a page that is slow is not visited again
ENOUGH = 15
_TICK = os.sysconf('SC_CLK_TCK')


class Visitor(logins.Visitor):
    """A user who is logged in, in a project."""

    def __init__(self, user):
        super().__init__(horizon.URL, user)

    def cost(self, address):
        """What one visit costs; None when the page does not come."""
        answer = self.get(horizon.URL + address, allow_redirects=False)
        if answer.status_code != 200:
            print(f'{address}: {answer.status_code}', flush=True)
            return None
        return json.loads(answer.headers[HEADER])


def measured(pages, rounds):
    """``[(page, costs)]``: medians of visits to all pages in turn.

    A page that does not come has no costs. The first one, the bare page, is
    visited beside each of the others: a machine has slow minutes.
    """
    visitors = {user: Visitor(user) for user in {p.user for p in pages}}
    found = {page: [] for page in pages}
    bare, left = pages[0], list(pages[1:])
    for number in range(rounds + 1):
        for page in tuple(left):
            found[bare].append(_visit(visitors, bare))
            cost = _visit(visitors, page)
            if cost is None:
                left.remove(page)
                continue
            found[page].append(cost)
            if number and sum(one['wall'] for one in found[page]) > ENOUGH:
                left.remove(page)
    # the first visit warms up
    return [(p, c[1:] and _median(c[1:])) for p, c in found.items()]


def _visit(visitors, page):
    before = _services()
    cost = visitors[page.user].cost(page.address)
    return cost and {**cost, 'services': _services() - before}


def _median(costs):
    """Medians; means of the services', which are counted in ticks."""
    names = ('cpu', 'wall', 'calls', 'api', 'bytes')
    told = {n: statistics.median(one[n] for one in costs) for n in names}
    told['services'] = statistics.mean(one['services'] for one in costs)
    return {**told, 'urls': costs[-1]['urls']}


def _services():
    """CPU seconds that the services have used by now, Horizon's left out."""
    supervisor, used = str(control.running_pid()), 0
    for folder in pathlib.Path('/proc').glob('[0-9]*'):
        try:
            told = (folder / 'stat').read_text().rpartition(')')[2].split()
            command = (folder / 'cmdline').read_text()
        except OSError:  # it has ended meanwhile
            continue
        if (
            told[1] == supervisor
            and 'cloud.services.horizon.service' not in command
        ):
            used += int(told[11]) + int(told[12])
    return used / _TICK
