# SPDX-License-Identifier: Apache-2.0
"""Which resources are protected, which are not, and why."""

import dataclasses
import datetime

import pytest

from protection_dashboard.api.mistral import trove_schedules
from protection_dashboard.coverage import coverage
from protection_dashboard.coverage import exemptions
from protection_dashboard.plans import document as plan_document
from protection_dashboard.protectables import base
from protection_dashboard.recurrence.schedule import Schedule
from protection_dashboard.schedules import status as schedule_status
from protection_dashboard.schedules import trove_client_schedules

PROJECT = 'b5a1e1f0'
NOTE = exemptions.Exemption('scratch', 'demo').written()


def resource(slug, name, **facts):
    details = {'image': 'cirros'} if slug == 'server' else {}
    return base.Resource(
        f'id of {name}',
        slug,
        name,
        'available',
        base.AVAILABLE,
        **{'details': details, **facts},
    )


WEB = resource('volume', 'web-data')
LOGS = resource('volume', 'web-logs', metadata={'tier': 'gold'})
SHOP = resource('server', 'shop')
ROOTED = resource('server', 'rooted', details={'image': ''})
ORDERS = resource('database', 'orders')
MEDIA = resource('share', 'media', details={'snapshot_support': False})


def entry(one, protection='volume_snapshot'):
    return {
        'type': one.type,
        'id': one.id,
        'name': one.name,
        'protection': protection,
        'options': {},
    }


@dataclasses.dataclass(frozen=True)
class State:
    """Of an agenda.PlanState what counts here."""

    plan: plan_document.Plan
    schedules: tuple


def state(
    *resources, schedules=(schedule_status.ARMED,), end=None, **document
):
    """The State of picked resources, with schedules in these states."""
    schedule = Schedule('x', '0 3 * * *', 'UTC', end=end)
    plan = plan_document.Plan(
        {
            'id': f'plan of {[*resources, *document]}',
            'name': 'Nightly',
            'resources': [entry(one) for one in resources],
            'schedules': [schedule.document() for _one in schedules],
            **document,
        }
    )
    made = tuple(
        schedule_status.ScheduleStatus(plan, schedule, one)
        for one in schedules
    )
    return State(plan, made)


def selecting(schedules=(schedule_status.ARMED,), exclusions=(), **selector):
    return state(
        schedules=schedules,
        selectors=[{'type': 'volume', **selector}],
        exclusions=list(exclusions),
    )


def of_project(schedules=(schedule_status.ARMED,)):
    whole = resource('project', PROJECT)
    return state(
        schedules=schedules, resources=[entry(whole, protection='freezer')]
    )


def one(found, states=(), **options):
    (cover,) = coverage.resource_coverages([found], states, **options)
    return cover


@pytest.mark.parametrize(
    ('states', 'why'),
    [
        ([], "No plan"),
        ([state(LOGS)], "No plan"),
        ([state(WEB, schedules=[])], "Nightly has no schedule"),
        ([state(WEB, schedules=['paused'])], "Nightly is paused"),
        (
            [state(WEB, schedules=['ended'], end='2027-03-31T23:59')],
            "Nightly ended on 2027-03-31, no newer copy is planned",
        ),
        (
            [state(WEB, schedules=['ended', 'paused'])],
            "Nightly is paused",
        ),
        (
            [state(WEB, schedules=['paused', 'unarmed'])],
            "Nightly is not armed",
        ),
        (
            [selecting(name='web-*', exclusions=[{'type': 'volume'}])],
            "Nightly excludes it",
        ),
        ([selecting(name='db-*')], "No plan"),
        ([selecting(metadata={'tier': 'gold'})], "No plan"),
        ([of_project()], "No plan"),
    ],
)
def test_an_open_resource_says_what_is_missing(states, why):
    found = one(WEB, states)
    assert (found.state, str(found.reason)) == (coverage.UNPROTECTED, why)
    assert bool(found.plan) == (why != "No plan")


@pytest.mark.parametrize(
    'states',
    [
        [state(WEB)],
        [state(WEB, schedules=['paused', 'late'])],
        [state(WEB, schedules=['paused']), state(WEB)],
        [selecting(name='web-*')],
        [selecting()],
        [
            selecting(exclusions=[{'type': 'volume', 'name': 'web-*'}]),
            state(WEB),
        ],
    ],
)
def test_a_schedule_that_will_run_protects(states):
    found = one(WEB, states)
    assert (found.state, found.reason) == (coverage.PROTECTED, None)
    assert len(found.plans) == 1
    assert {one.state for one in found.schedules} <= {'armed', 'late'}


def test_each_resource_gets_the_plans_that_select_it():
    gold, all_of_web = (
        selecting(metadata={'tier': 'gold'}),
        selecting(name='web-*'),
    )
    web, logs = coverage.resource_coverages(
        [WEB, LOGS], [gold, all_of_web, all_of_web]
    )
    assert {*web.plans} == {all_of_web.plan.id}
    assert {*logs.plans} == {gold.plan.id, all_of_web.plan.id}


def test_a_plan_of_the_project_protects_the_servers_that_it_can_back_up():
    states = [of_project()]
    shop = one(SHOP, states)
    assert (shop.state, shop.source) == (
        'protected',
        ('project', 'id of ' + PROJECT),
    )
    assert one(ROOTED, states).state == 'open'
    assert one(SHOP, [of_project(['paused'])]).state == 'open'


def test_a_plan_of_the_server_comes_before_that_of_the_project():
    own = state(SHOP)
    found = one(SHOP, [of_project(), own])
    assert (found.source, {*found.plans}) == (
        ('server', SHOP.id),
        {own.plan.id},
    )


def test_a_schedule_of_the_database_client_protects():
    made = trove_schedules.TroveSchedule(
        id='s',
        name='',
        instance=ORDERS.id,
        trigger_id='t',
        workflow_id='w',
        pattern='0 3 * * *',
        next_execution_time=datetime.datetime(
            2026, 11, 22, tzinfo=datetime.UTC
        ),
    )
    others = [trove_client_schedules.TroveScheduleStatus(made)]
    found = one(ORDERS, others=others)
    assert (found.state, found.plans) == ('protected', {})


def test_what_is_not_needed_is_not_open_but_may_be_protected():
    marked = resource(
        'volume', 'web-data', metadata={exemptions.METADATA_KEY: NOTE}
    )
    assert one(marked).state == 'unneeded'
    assert one(marked).exemption.by == 'demo'
    assert one(marked, [state(WEB)]).state == 'protected'
    kept = {'database:id of orders': exemptions.Exemption('old')}
    assert one(ORDERS, kept=kept).exemption.note == 'old'
    assert one(ORDERS, kept={}).state == 'open'


def test_what_nothing_can_protect_alone_is_told_apart():
    found = coverage.unprotectable_resources(
        [WEB, SHOP, ROOTED, MEDIA, ORDERS]
    )
    assert found == [ROOTED, MEDIA]
