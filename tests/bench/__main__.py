# SPDX-License-Identifier: Apache-2.0
"""``make bench``: a cloud, filled; pages, measured; a table, printed.

``python -m tests.bench PART...`` measures only what has one of these in its
name, ``--calls`` prints the API calls of each page as well, and ``--rounds``
is how often each page is visited after it has been visited once.
"""

import argparse

from cloud import running
from tests.bench import filling
from tests.bench import horizon
from tests.bench import pages
from tests.bench import report
from tests.bench import visits


def main():
    parser = argparse.ArgumentParser(prog='python -m tests.bench')
    parser.add_argument('parts', nargs='*', default=[''])
    parser.add_argument('--calls', action='store_true')
    parser.add_argument('--rounds', type=int, default=9)
    options = parser.parse_args()
    with running.Cloud():
        wanted = [
            page
            for page in pages.every(filling.ids())
            if page.name == pages.BARE
            or any(part in page.name for part in options.parts)
        ]
        with horizon.running():
            visited = visits.measured(wanted, options.rounds)
    measured = [(page, cost) for page, cost in visited if cost]
    print('\n'.join(report.lines(measured)))
    if options.calls:
        _print_calls(measured)


def _print_calls(measured):
    for page, cost in measured:
        print(f'\n{page.name}')
        for seconds, url in cost['urls']:
            print(f'  {1000 * seconds:5.0f} ms  {url}')


main()
