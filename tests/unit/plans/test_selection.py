# SPDX-License-Identifier: Apache-2.0
"""What rules and exclusions match, and what a run does with it."""

import pytest

from protection_dashboard import exceptions
from protection_dashboard.plans import selection
from protection_dashboard.plans import selection as plan_selection
from protection_dashboard.plans.schema import MAX_RESOURCES
from protection_dashboard.protectables.base import Resource
from protection_dashboard.protections import base
from tests.support import in_memory_plugin


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
        (
            [{'type': 'volume', 'metadata': {'tier': 'gold', 'zone': 'a'}}],
            [],
            ['Web-3'],
        ),
        ([{'type': 'volume', 'name': ''}], [], ['']),
        ([{'type': 'volume', 'id': 'id of web-2'}], [], ['web-2']),
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
    found = selection.matching_resources(HERE, selected, excluded)
    assert [one.name for one in found] == names


@pytest.mark.parametrize(
    ('named', 'selected', 'excluded', 'covered'),
    [
        (False, [], [], False),
        (True, [], [], True),
        (False, [GOLD], [], True),
        (False, [GOLD], [WEB], False),
        (True, [GOLD], [{'type': 'volume', 'id': HERE[0].id}], False),
        (True, [], [{'type': 'share'}], True),
    ],
)
def test_a_plan_covers_what_it_names_or_selects(
    named, selected, excluded, covered
):
    one = {'type': 'volume', 'id': HERE[0].id, 'name': 'web-1'}
    document = {
        'resources': [one] if named else [],
        'selectors': selected,
        'exclusions': excluded,
    }
    assert selection.covers(document, HERE[0]) is covered


def test_a_rule_is_described_in_one_line():
    assert (
        plan_selection.rule_text({**WEB, **GOLD}) == 'volume web-* tier=gold'
    )
    assert plan_selection.rule_text(ALL) == 'volume *'
    assert (
        plan_selection.rule_text({'type': 'disk', 'metadata': {}}) == 'disk *'
    )


METHOD = {'protection': 'disk_copy', 'options': {'name': 'nightly'}}
OWN = {'protection': 'disk_copy', 'options': {'name': 'own'}}


@pytest.fixture
def abc(disks):
    """The disks 'a', 'b' and 'c'."""
    disks.keep(
        in_memory_plugin.disk('a', name='A', metadata={'tier': 'gold'}),
        in_memory_plugin.disk('b', name=''),
        in_memory_plugin.disk('c', name='C', metadata={'tier': 'gold'}),
    )
    return disks


def named(disk_id, **method):
    return {'type': 'disk', 'id': disk_id, 'name': 'old name', **method}


def document(*resources, **facts):
    return {
        'resources': [*resources],
        'methods': {'disk': METHOD},
        **facts,
    }


def entry(disk_id, name, method=METHOD):
    return {'type': 'disk', 'id': disk_id, 'name': name, **method}


def outcomes(selected):
    return [(one.entry['id'], one.state, one.reason) for one in selected]


def resolved(plan):
    return plan_selection.resolve_resources(in_memory_plugin.CLOUD, plan)


DISKS = {'type': 'disk'}
GOLD_DISKS = {'type': 'disk', 'metadata': {'tier': 'gold'}}


def test_named_resources_come_first_and_each_once(abc):
    plan = document(named('c', **OWN), named('b'), selectors=[DISKS])
    chosen, failed = plan_selection.selected_resources(
        in_memory_plugin.CLOUD, plan
    )
    assert [one.entry for one in chosen] == [
        entry('c', 'C', OWN),
        entry('b', 'b'),
        entry('a', 'A'),
    ]
    assert [one.resource for one in chosen] == [
        abc.known[one] for one in 'cba'
    ]
    assert {(one.state, one.reason) for one in chosen} == {('pending', '')}
    assert failed == []
    assert resolved(plan) == chosen


def test_a_plan_without_rules_protects_what_it_names(abc):
    assert outcomes(resolved(document(named('a')))) == [('a', 'pending', '')]
    assert resolved(document()) == []


def test_rules_select_but_for_exclusions(abc):
    excluded = [{'type': 'disk', 'id': 'c'}]
    plan = document(selectors=[GOLD_DISKS], exclusions=excluded)
    assert outcomes(resolved(plan)) == [('a', 'pending', '')]


def test_what_is_named_and_excluded_says_so(abc):
    plan = document(named('a'), named('b'), exclusions=[GOLD_DISKS])
    (first, second) = resolved(plan)
    assert first.entry == entry('a', 'A')
    assert (first.state, first.reason) == (
        'skipped',
        'The plan picks it and excludes it: the exclusion wins.',
    )
    assert second.state == 'pending'


def test_what_is_gone_is_skipped(abc):
    (one,) = resolved(document(named('x')))
    assert one == plan_selection.SelectedResource(
        entry('x', 'old name'), 'skipped', 'The disk no longer exists.'
    )
    assert one.resource is None


def test_a_type_that_cannot_be_listed_fails_what_the_plan_says_of_it(abc):
    abc.errors[''] = exceptions.Unavailable('No answer.')
    plan = document(named('a', **OWN), selectors=[GOLD_DISKS, DISKS])
    failed = [
        entry('a', 'old name', OWN),
        entry('', 'disk * tier=gold'),
        entry('', 'disk *'),
    ]
    assert resolved(plan) == [
        plan_selection.SelectedResource(one, 'failed', 'No answer.')
        for one in failed
    ]


def test_a_type_that_cannot_be_listed_costs_the_others_nothing(abc):
    strange = {'type': 'strange', 'id': 's', 'name': 's', **METHOD}
    plan = document(strange, named('a'), selectors=[GOLD_DISKS])
    (first, *others) = resolved(plan)
    assert (first.entry, first.state) == (strange, 'failed')
    assert 'strange is not installed' in first.reason
    assert outcomes(others) == [('a', 'pending', ''), ('c', 'pending', '')]


@pytest.mark.parametrize('more', [0, 1, 2])
def test_a_run_protects_as_many_as_it_can(abc, more):
    abc.empty()
    count = MAX_RESOURCES + more
    abc.keep(*(in_memory_plugin.disk(f'{n:04}') for n in range(count)))
    found = resolved(document(selectors=[DISKS]))
    ids = [one.entry['id'] for one in found[:MAX_RESOURCES]]
    assert ids == [f'{n:04}' for n in range(MAX_RESOURCES)]
    assert {one.state for one in found[:MAX_RESOURCES]} == {'pending'}
    left = plan_selection.SelectedResource(
        entry('', f'{more} more'),
        'failed',
        'A run protects at most 1000 resources.',
    )
    assert found[MAX_RESOURCES:] == ([left] if more else [])


@pytest.mark.parametrize('state', [base.ERROR, base.PENDING])
def test_what_is_in_no_state_to_be_protected_fails(abc, state):
    abc.keep(in_memory_plugin.disk('a', state))
    (one,) = resolved(document(named('a')))
    assert one.state == 'failed'
    assert one.reason == (
        f"The disk's status is {state}: it cannot be protected in this state."
    )


def test_what_its_protection_cannot_protect_fails(abc, copies):
    copies.obstacles['a'] = 'Its kind has no copies.'
    found = resolved(document(named('a'), named('b')))
    assert outcomes(found) == [
        ('a', 'failed', 'Its kind has no copies.'),
        ('b', 'pending', ''),
    ]
    assert found[0].resource == abc.known['a']


def test_a_protection_that_is_not_installed_fails(abc):
    plan = document(named('a', protection='none', options={}), named('b'))
    (first, second) = resolved(plan)
    assert first.state == 'failed'
    assert 'none is not installed' in first.reason
    assert second.state == 'pending'


def test_what_has_ended_is_asked_nothing_more(abc):
    abc.keep(in_memory_plugin.disk('a', base.ERROR))
    excluded = [{'type': 'disk', 'id': 'a'}]
    (one,) = resolved(document(named('a'), exclusions=excluded))
    assert one.state == 'skipped'
