# SPDX-License-Identifier: Apache-2.0
"""What is filled in is what is saved: every field of every step of a plan."""

import uuid

import pytest

from protection_dashboard import plugins
from protection_dashboard.plans import service as plan_service
from tests.browser import plan_wizard

MARK = uuid.uuid4().hex[:6]
NAME = f'every field {MARK}'
PLANS = '/project/protection_plans/'
TYPES = ('project', 'database', 'share', 'volume', 'server')
#: the fields of each step, and what is typed into them
TYPED = {
    'name': {'name': NAME, 'description': 'two\nlines'},
    'resources': {
        'selectors-0-mode': 'include',
        'selectors-0-type': 'volume',
        'selectors-0-name': f'ruled {MARK} *',
        'selectors-0-metadata': f'tier={MARK}',
        'selectors-1-mode': 'exclude',
        'selectors-1-type': 'share',
        'selectors-1-name': 'tmp-*',
    },
    'options': {
        'options-project-backup_name': 'of the project',
        'options-project-description': 'project told',
        'options-database-backup_name': 'of databases',
        'options-database-description': 'databases told',
        'options-database-incremental': True,
        'options-share-snapshot_name': 'of shares',
        'options-share-description': 'shares told',
        'options-share-force': True,
        'options-volume-method': 'volume_snapshot',
        'options-volume-snapshot_name': 'of volumes',
        'options-volume-description': 'volumes told',
        'options-volume-force': True,
        'options-server-backup_name': 'of servers',
        'options-server-description': 'servers told',
        'time_limit': '6',
        'promise': '36',
    },
    'schedule': {
        'frequency': 'weekly',
        'weekday': '3',
        'at': '02:30',
        'zone': 'Europe/Berlin',
        'first': '2031-01-02T03:04',
        'end': '2031-12-31',
    },
    'retention': {
        'retention': 'custom',
        'keep_last': '1',
        'keep_days': '2',
        'keep_hourly': '3',
        'keep_daily': '4',
        'keep_weekly': '5',
        'keep_monthly': '6',
        'keep_yearly': '7',
    },
    'notification': {
        'notify_on': ['failure', 'success', 'missed'],
        'notify_webhook': 'channel:operators',
        'notify_emails': 'a@example.org\nb@example.org',
    },
}
#: what is changed in the form of the saved plan
CHANGED = {
    'name': {'name': NAME + ' edited', 'description': ''},
    'resources': {
        'selectors-0-name': f'ruled {MARK} t*',
        'selectors-1-metadata': 'kind=scratch, tier=x',
        'selectors-1-name': '',
    },
    'options': {
        'options-project-backup_name': 'another name',
        'options-database-incremental': False,
        'options-share-force': False,
        'options-volume-method': 'freezer',
        'options-volume-freezer.backup_name': 'by freezer',
        'options-volume-freezer.description': 'freezer told',
        'options-server-description': 'told again',
        'time_limit': '7',
        'promise': '',
    },
    'retention': {'retention': 'daily=14'},
    'notification': {
        'notify_on': ['success'],
        'notify_webhook': 'address',
        'notify_url': 'http://127.0.0.1:8/hook',
        'notify_emails': 'c@example.org',
    },
}
METHODS = {
    'project': {
        'protection': 'freezer',
        'options': {
            'backup_name': 'of the project',
            'description': 'project told',
        },
    },
    'database': {
        'protection': 'database_backup',
        'options': {
            'backup_name': 'of databases',
            'description': 'databases told',
            'incremental': True,
        },
    },
    'share': {
        'protection': 'share_snapshot',
        'options': {
            'snapshot_name': 'of shares',
            'description': 'shares told',
            'force': True,
        },
    },
    'volume': {
        'protection': 'volume_snapshot',
        'options': {
            'snapshot_name': 'of volumes',
            'description': 'volumes told',
            'force': True,
        },
    },
    'server': {
        'protection': 'freezer',
        'options': {
            'backup_name': 'of servers',
            'description': 'servers told',
        },
    },
}


@pytest.fixture
def picked(demo, sandbox):
    """A resource of each type, to tick."""
    found = {
        slug: plugins.protectable(slug).list(demo)[0]
        for slug in TYPES
        if slug != 'volume'
    }
    return {**found, 'volume': sandbox.volume(f'picked {MARK}')}


@pytest.fixture
def ruled(sandbox):
    """Two volumes that the rule selects; the second is left out."""
    return [
        sandbox.volume(f'ruled {MARK} {which}', metadata={'tier': MARK})
        for which in ('taken', 'left out')
    ]


@pytest.fixture
def saved(demo, sandbox):
    """``saved(name)``: the document of a plan, which goes after the test."""

    def found(name):
        (plan,) = [p for p in plan_service.plan_list(demo) if p.name == name]
        return sandbox.known(plan.document)

    return found


RETENTION = {
    'last': 1,
    'days': 2,
    'hourly': 3,
    'daily': 4,
    'weekly': 5,
    'monthly': 6,
    'yearly': 7,
}
NOTIFICATION = {
    'on': ['failure', 'success', 'missed'],
    'webhook': 'operators',
    'emails': ['a@example.org', 'b@example.org'],
}


def expected(document, picked, ruled):
    """The document that TYPED stands for; ids are as they came."""
    (schedule,) = document['schedules']
    return {
        'version': 1,
        'id': document['id'],
        'name': NAME,
        'description': 'two\nlines',
        'resources': [
            {'type': slug, 'id': picked[slug].id, 'name': picked[slug].name}
            for slug in TYPES
        ],
        'methods': METHODS,
        'selectors': [
            {
                'type': 'volume',
                'name': f'ruled {MARK} *',
                'metadata': {'tier': MARK},
            }
        ],
        'exclusions': [
            {'type': 'share', 'name': 'tmp-*'},
            {'type': 'volume', 'id': ruled[1].id, 'name': ruled[1].name},
        ],
        'retention': RETENTION,
        'schedules': [
            {
                'id': schedule['id'],
                'pattern': '30 2 * * 3',
                'zone': 'Europe/Berlin',
                'first': '2031-01-02T03:04',
                'end': '2031-12-31T23:59',
            }
        ],
        'notification': NOTIFICATION,
        'time_limit': 6,
        'promise': 36,
    }


def edited(document):
    """What CHANGED makes of a document."""
    found = {**document, 'name': NAME + ' edited'}
    del found['description'], found['promise']
    methods = {
        slug: {**method, 'options': dict(method['options'])}
        for slug, method in METHODS.items()
    }
    methods['project']['options']['backup_name'] = 'another name'
    methods['database']['options']['incremental'] = False
    methods['share']['options']['force'] = False
    methods['server']['options']['description'] = 'told again'
    methods['volume'] = {
        'protection': 'freezer',
        'options': {
            'backup_name': 'by freezer',
            'description': 'freezer told',
        },
    }
    (selector,) = document['selectors']
    _share, volume = document['exclusions']
    metadata = {'kind': 'scratch', 'tier': 'x'}
    return {
        **found,
        'methods': methods,
        'selectors': [{**selector, 'name': f'ruled {MARK} t*'}],
        'exclusions': [{'type': 'share', 'metadata': metadata}, volume],
        'retention': {'daily': 14},
        'notification': {
            'on': ['success'],
            'webhook': 'http://127.0.0.1:8/hook',
            'emails': ['c@example.org'],
        },
        'time_limit': 7,
    }


def test_what_is_filled_in_is_saved_and_comes_back(
    screen, saved, picked, ruled
):
    screen.log_in('demo')
    screen.open(f'{PLANS}create/')
    fill_in(screen, picked, ruled)
    plan_wizard.finish(screen, "Create")
    made = saved(NAME)
    assert made == expected(made, picked, ruled)
    a_copy_is_the_same(screen, saved, made)
    an_edit_changes_what_was_changed(screen, saved, made)


def fill_in(screen, picked, ruled):
    plan_wizard.fill(screen, 'name', TYPED['name'])
    plan_wizard.step(screen, 'resources')
    for resource in picked.values():
        plan_wizard.tick(screen, resource)
    plan_wizard.button(screen, "Add Rule")
    plan_wizard.fill(screen, 'resources', TYPED['resources'])
    screen.shows('[data-wizard-fragment=matches]', ruled[1].name)
    screen.find(f'[name=excluded][value$="{ruled[1].id}"]').click()
    screen.shows('[data-wizard-fragment=matches]', "(excluded)")
    for slug in ('options', 'schedule', 'retention', 'notification'):
        plan_wizard.fill(screen, slug, TYPED[slug])


def a_copy_is_the_same(screen, saved, made):
    """With the schedule, paused, and another one."""
    screen.open(f'{PLANS}{made["id"]}/clone/')
    assert holds(screen, TYPED, without=('schedule', 'name'))
    assert plan_wizard.values(screen)['name'] == f'{NAME} (copy)'
    own = {
        'take': True,
        'frequency': 'monthly',
        'day': '15',
        'at': '01:45',
        'zone': 'Asia/Kolkata',
    }
    plan_wizard.fill(screen, 'schedule', own)
    plan_wizard.finish(screen, "Create")
    copy = saved(f'{NAME} (copy)')
    (schedule,) = made['schedules']
    taken, new = copy['schedules']
    assert taken == {**schedule, 'id': taken['id'], 'paused': True}
    assert new == {
        'id': new['id'],
        'pattern': '45 1 15 * *',
        'zone': 'Asia/Kolkata',
    }
    same = {'id': copy['id'], 'name': copy['name']}
    assert copy == {**made, **same, 'schedules': copy['schedules']}


def an_edit_changes_what_was_changed(screen, saved, made):
    screen.open(f'{PLANS}{made["id"]}/edit/')
    assert holds(screen, TYPED, without=('schedule',))
    for slug, typed in CHANGED.items():
        plan_wizard.fill(screen, slug, typed)
    plan_wizard.finish(screen, "Save")
    screen.shows('.alert', "Saved")
    assert saved(NAME + ' edited') == edited(made)
    screen.open(f'{PLANS}{made["id"]}/edit/')
    assert holds(screen, CHANGED)


def holds(screen, typed, without=()):
    """Whether the form holds what was typed, whatever its step."""
    values = plan_wizard.values(screen)
    wanted = {
        name: value
        for slug, fields in typed.items()
        if slug not in without
        for name, value in fields.items()
    }
    found = {name: values.get(name) for name in wanted}
    assert found == wanted
    return True


def test_the_preview_of_the_retention_follows_what_is_chosen(screen, sandbox):
    volume = sandbox.volume(f'kept {MARK}')
    screen.log_in('demo')
    screen.open(f'{PLANS}create/?resource=volume:{volume.id}')
    plan_wizard.fill(screen, 'schedule', {'frequency': 'daily', 'at': '02:30'})
    plan_wizard.step(screen, 'retention')
    shown = '[data-wizard-fragment=retention]'
    text = screen.shows(shown, "Keeps 7 daily")
    assert "at most 7 snapshots and 7 GiB" in text
    assert "you have " in text
    plan_wizard.choose(screen, 'retention', 'daily=14')
    screen.shows(shown, "at most 14 snapshots")
    plan_wizard.choose(screen, 'retention', 'daily=7,weekly=4,monthly=12')
    screen.shows(shown, "at most 21 of each resource")
    plan_wizard.choose(screen, 'retention', 'custom')
    plan_wizard.fill(
        screen, 'retention', {'keep_last': '3', 'keep_daily': '5'}
    )
    screen.shows(shown, "Keeps the last 3, 5 daily: at most 5 of each")
    plan_wizard.fill(screen, 'retention', {'keep_daily': '0'})
    screen.shows(shown, "greater than or equal to 1")


def test_a_refused_save_stays_on_the_page(screen, demo, sandbox, picked):
    """What Mistral or another editor said, above the review."""
    plan = sandbox.plan(picked['volume'])
    screen.log_in('demo')
    screen.open(f'{PLANS}{plan.id}/edit/')
    plan_wizard.fill(screen, 'name', {'description': 'mine'})
    plan_service.plan_save(demo, plan, description='theirs')
    plan_wizard.step(screen, 'review')
    screen.shows('[data-wizard-fragment=review]', "Protects today")
    plan_wizard.button(screen, "Save")
    review = '[data-wizard-step=review]'
    screen.shows(f'{review} .alert', "Somebody else has changed this plan")
    screen.wait(lambda driver: plan_wizard.is_calm(screen, 'review'))
    text = screen.shows(review, "Protects today")
    assert "Somebody else has changed this plan" in text
