# SPDX-License-Identifier: Apache-2.0
"""What selectors and exclusions match."""

import pytest

from protection_dashboard.plans import selection
from protection_dashboard.protectables.base import Resource


def resource(kind, name, **metadata):
    return Resource(
        id=f'id of {name}',
        type=kind,
        name=name,
        status='available',
        state='available',
        metadata=metadata,
    )


HERE = [
    resource('volume', 'web-1', tier='gold'),
    resource('volume', 'web-2', tier='silver'),
    resource('volume', 'Web-3', tier='gold', zone='a'),
    resource('share', 'web-1'),
    resource('volume', ''),
]
ALL = {'type': 'volume'}
WEB = {'type': 'volume', 'name': 'web-*'}
GOLD = {'type': 'volume', 'metadata': {'tier': 'gold'}}


@pytest.mark.parametrize(
    ('selected', 'excluded', 'names'),
    [
        ([], [], []),
        ([ALL], [], ['web-1', 'web-2', 'Web-3', '']),
        ([WEB], [], ['web-1', 'web-2']),
        ([GOLD], [], ['web-1', 'Web-3']),
        ([WEB, GOLD], [], ['web-1', 'web-2', 'Web-3']),
        ([{**WEB, **GOLD}], [], ['web-1']),
        ([{'type': 'volume', 'name': 'web-?'}], [], ['web-1', 'web-2']),
        ([{'type': 'volume', 'name': '[Ww]eb-3'}], [], ['Web-3']),
        ([{'type': 'volume', 'name': 'b-1'}], [], []),
        ([{'type': 'volume', 'metadata': {'zone': 'b'}}], [], []),
        ([{'type': 'share', 'name': 'web-*'}], [], ['web-1']),
        ([{'type': 'server'}], [], []),
        ([ALL], [GOLD], ['web-2', '']),
        ([ALL], [WEB, GOLD], ['']),
        ([WEB], [{'type': 'volume', 'id': 'id of web-1'}], ['web-2']),
        ([ALL], [{'type': 'share'}], ['web-1', 'web-2', 'Web-3', '']),
        ([ALL], [ALL], []),
    ],
)
def test_everything_named_has_to_match_and_an_exclusion_wins(
    selected, excluded, names
):
    found = selection.matches(HERE, selected, excluded)
    assert [one.name for one in found] == names


@pytest.mark.parametrize(
    ('picked', 'selected', 'excluded', 'covered'),
    [
        (False, [], [], False),
        (True, [], [], True),
        (False, [GOLD], [], True),
        (False, [GOLD], [WEB], False),
        (True, [GOLD], [{'type': 'volume', 'id': HERE[0].id}], False),
        (True, [], [{'type': 'share'}], True),
    ],
)
def test_a_plan_covers_what_it_picks_or_selects(
    picked, selected, excluded, covered
):
    one = {'type': 'volume', 'id': HERE[0].id, 'name': 'web-1'}
    document = {
        'resources': [one] if picked else [],
        'selectors': selected,
        'exclusions': excluded,
    }
    assert selection.covers(document, HERE[0]) is covered


def test_a_selector_is_told_in_one_line():
    assert selection.described({**WEB, **GOLD}) == 'volume web-* tier=gold'
    assert selection.described(ALL) == 'volume *'
