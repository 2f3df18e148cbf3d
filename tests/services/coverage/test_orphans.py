# SPDX-License-Identifier: Apache-2.0
"""What lost its plan or its resource is found, and goes when it is told to.

In the administrator's own project: nobody else works there, and such a token
sees the other projects as well.
"""

import dataclasses
import uuid

import pytest

from protection_dashboard.api import freezer
from protection_dashboard.api.mistral import client as mistral
from protection_dashboard.api.mistral import (
    environments as mistral_environments,
)
from protection_dashboard.coverage import exemptions
from protection_dashboard.coverage import orphan_cleanup
from protection_dashboard.coverage import orphans
from protection_dashboard.executions import service as execution_service
from protection_dashboard.plans import service as plan_service
from protection_dashboard.protections.freezer import actions as freezer_actions
from protection_dashboard.protections.freezer import jobs as freezer_jobs
from tests.support import factories
from tests.support import sandboxes
from tests.support import schedules

NEVER = '0 3 1 1 *'
GONE = str(uuid.uuid4())


@pytest.fixture(scope='module')
def admin(cloud_of):
    return schedules.allowed_all_roles(cloud_of('admin'))


@pytest.fixture(scope='module')
def alt_sandbox(admin):
    with sandboxes.kept(admin) as made:
        yield made


@pytest.fixture(scope='module')
def kept(alt_sandbox):
    return alt_sandbox.volume('still there')


@pytest.fixture(scope='module')
def lost(admin, alt_sandbox, kept):
    """``{kind: id}`` of something that has lost what it belongs to."""
    doomed = alt_sandbox.volume('soon gone')
    others = sandboxes.with_resources(
        alt_sandbox.document(kept, NEVER),
        {'resources': alt_sandbox.document(doomed)['resources']},
    )
    plan = plan_service.plan_create(admin, others)
    (trigger,) = _triggers(admin, plan.schedules[0].id)
    plan_service.plan_save(admin, plan, schedules=[])
    action = freezer_actions.backup_action(admin, 'volume', kept.id)
    comment = {freezer_jobs.COMMENT: freezer_jobs.OURS + GONE}
    mark = f'database:{GONE}'
    mistral_environments.environment_change(
        admin,
        exemptions.environment_name(admin),
        {mark: exemptions.Exemption().written()},
    )
    factories.delete_volume(admin, doomed)
    return {
        'planless': f'volume_snapshot:{alt_sandbox.point(kept).id}',
        'schedules': trigger.id,
        'resources': f'{plan.id}:volume:{doomed.id}',
        'leftovers': freezer.action_create(admin, {**action, **comment}),
        'marks': mark,
    }


def _triggers(cloud, schedule_id):
    return mistral.cron_trigger_list(cloud, name=f'has:{schedule_id}')


def ids(found, slug):
    return {one.id for one in found[slug].orphans}


def test_each_kind_is_found(admin, lost):
    found, _facts = orphans.find_orphans(admin)
    for slug, id_ in lost.items():
        assert id_ in ids(found, slug), slug
        assert found[slug].errors == ()


def test_others_have_nothing_of_it(demo, lost):
    found, _facts = orphans.find_orphans(demo)
    for slug, id_ in lost.items():
        assert id_ not in ids(found, slug), slug


def test_a_service_that_is_silent_costs_its_own_kinds(admin, lost):
    catalog = [
        {**one, 'endpoints': [_nowhere(e) for e in one['endpoints']]}
        if one['type'] == 'block-storage'
        else one
        for one in admin.catalog
    ]
    found, _facts = orphans.find_orphans(
        dataclasses.replace(admin, catalog=catalog)
    )
    for slug in ('planless', 'sourceless', 'resources'):
        assert any('Cinder' in str(e) for e in found[slug].errors), slug
        assert lost.get(slug) not in ids(found, slug)
    for slug in ('schedules', 'leftovers', 'marks'):
        assert lost[slug] in ids(found, slug)


def _nowhere(endpoint):
    return {**endpoint, 'url': 'http://127.0.0.1:9/v3'}


@pytest.fixture(scope='module')
def at_once(alt_sandbox, kept):
    """The point that Protect Now made."""
    document = alt_sandbox.document(kept)
    run = alt_sandbox.ended(alt_sandbox.start(document))
    assert run.state == 'SUCCESS', run.reason
    (point,) = alt_sandbox.points(document)
    return point


def test_what_protect_now_made_has_lost_nothing(admin, lost, at_once):
    assert (at_once.mark.plan, at_once.mark.schedule) == ('', '')
    found, _facts = orphans.find_orphans(admin)
    assert found['planless'].errors == ()
    assert f'volume_snapshot:{at_once.id}' not in ids(found, 'planless')


def test_what_version_0_1_made_at_once_has_lost_nothing(
    admin, alt_sandbox, lost, at_once
):
    """Its mark names a plan that never was, and a run that there was."""
    mark = dataclasses.replace(at_once.mark, plan=GONE)
    snapshots = alt_sandbox.cinder.volume_snapshots
    snapshots.set_metadata(at_once.id, mark.metadata())
    shown = factories.SNAPSHOT.show(admin, at_once.id)
    assert (shown.mark.plan, shown.mark.execution) == (
        GONE,
        at_once.mark.execution,
    )
    found, _facts = orphans.find_orphans(admin, ['planless'])
    assert ids(found, 'planless') == {lost['planless']}
    # once its run is forgotten, nobody knows
    execution_service.execution_delete(
        admin, execution_service.execution_get(admin, mark.execution)
    )
    found, _facts = orphans.find_orphans(admin, ['planless'])
    known = found['planless'].orphans
    assert f'volume_snapshot:{at_once.id}' in {one.id for one in known}
    assert {str(one.reason) for one in known} == {
        "no plan has the id in its mark: the plan is gone, or version 0.1 "
        "made this by hand"
    }


@pytest.mark.parametrize('slug', ['schedules', 'leftovers', 'marks'])
def test_it_is_gone_once_it_is_cleaned_up(admin, lost, slug):
    found, _facts = orphans.find_orphans(admin, [slug])
    assert orphan_cleanup.clean_up(admin, slug, found[slug]) is True
    again, _facts = orphans.find_orphans(admin, [slug])
    assert again[slug].orphans == ()


def test_a_plan_forgets_what_is_gone_and_keeps_the_rest(admin, kept, lost):
    plan_id = lost['resources'].partition(':')[0]
    found, _facts = orphans.find_orphans(admin, ['resources'])
    orphan_cleanup.clean_up(admin, 'resources', found['resources'])
    (left,) = plan_service.plan_get(admin, plan_id).resources
    assert left['id'] == kept.id
