# SPDX-License-Identifier: Apache-2.0
"""The tables that the benchmarks print."""

from tests.bench import pages

HEADINGS = (
    'Page',
    'CPU ms',
    'x bare',
    'may',
    'wall ms',
    'API calls',
    'API ms',
    'services ms',
    'kB',
)


def lines(measured):
    """The table of ``[(page, costs)]``, as reStructuredText reads it."""
    bare = next(cost for page, cost in measured if page.name == pages.BARE)
    return table(
        [HEADINGS, *(_cells(page, cost, bare) for page, cost in measured)]
    )


def table(rows):
    """Lines of a table of text, whose first row are the headings."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    rule = '  '.join('=' * width for width in widths)
    told = [_line(row, widths) for row in rows]
    return [rule, told[0], rule, *told[1:], rule]


def _cells(page, cost, bare):
    times = cost['cpu'] / bare['cpu']
    may = f'{page.limit:g}' if page.limit else ''
    return (
        page.name,
        _ms(cost['cpu']),
        f'{times:.1f}',
        f'{may} over' if page.limit and times > page.limit else may,
        _ms(cost['wall']),
        f'{cost["calls"]:g}',
        _ms(cost['api']),
        _ms(cost['services']),
        f'{cost["bytes"] / 1000:.0f}',
    )


def _ms(seconds):
    return f'{1000 * seconds:.0f}'


def _line(row, widths):
    first, *others = zip(row, widths, strict=True)
    name, width = first
    cells = [name.ljust(width), *(c.rjust(w) for c, w in others)]
    return '  '.join(cells)
