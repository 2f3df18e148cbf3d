# SPDX-License-Identifier: Apache-2.0
"""Our actions in the rows of Horizon's own Volumes table."""

import pytest

from protection_dashboard.embedded import row_actions
from tests.support import factories
from tests.support import sandboxes

VOLUMES = '/project/volumes/'
AJAX = {'HTTP_X_REQUESTED_WITH': 'XMLHttpRequest'}
SCHEDULE = '/project/protection_plans/schedule/volume/{}/'
PROTECT = '/project/protection_plans/protect/volume/{}/'
POINTS = '/project/protection_points/of/volume/{}/'
OURS = {
    'Schedule Backup': SCHEDULE,
    'Protect Now': PROTECT,
    'Recovery Points': POINTS,
}


@pytest.fixture(scope='module')
def user(visitor):
    return visitor('demo')


@pytest.fixture(scope='module')
def page(user):
    return user.page(VOLUMES)


@pytest.fixture(scope='module')
def volume(module_sandbox):
    return module_sandbox.volume('in many states')


def links(root):
    """``[(label, address)]`` of our actions, each as often as it is there."""
    return [
        (label, address)
        for label in OURS
        for address in root.xpath(
            f'.//a[normalize-space()="{label}"'
            ' and contains(@href, "/protection_")]/@href'
        )
        if '/volume/' in address
    ]


def all_of(volume):
    return [
        (label, address.format(volume.id)) for label, address in OURS.items()
    ]


@pytest.mark.parametrize('name', ['scratch', 'orders-db'])
def test_they_stand_once_in_a_row_of_a_volume(page, demo, name):
    volume = factories.volume(demo, name)
    row = page.row(volume.id)
    assert links(row.element) == all_of(volume)


def test_the_forms_open_in_a_dialog_and_the_points_on_a_page(page, demo):
    row = page.row(factories.volume(demo, 'scratch').id)
    opened = {
        a.text_content().strip()
        for a in row.element.xpath('.//a[contains(@class, "ajax-modal")]')
    }
    assert opened & set(OURS) == {'Schedule Backup', 'Protect Now'}


def test_they_stand_before_what_deletes(user, volume):
    labels = list(user.page(VOLUMES).row(volume.id).actions)
    assert labels.index('Recovery Points') < labels.index('Delete Volume')


def test_they_lead_somewhere(user, demo):
    volume = factories.volume(demo, 'scratch')
    for _label, address in all_of(volume):
        reached, _content = user.follow(address)
        assert '/protection_' in reached
        assert volume.id in reached


@pytest.fixture
def in_state(volume, cloud_of):
    """``in_state(word)``: the volume's row in that state of Cinder's."""
    volumes = sandboxes.cinder_of(cloud_of('admin', 'demo')).volumes
    yield lambda state: volumes.reset_state(volume.id, state)
    volumes.reset_state(volume.id, 'available')


@pytest.mark.parametrize(
    'state',
    [
        'creating',
        'error',
        'error_deleting',
        'detaching',
        'maintenance',
    ],
)
def test_only_its_points_are_offered_of_a_volume_in(
    user, volume, in_state, state
):
    in_state(state)
    asked = {'action': 'row_update', 'table': 'volumes', 'obj_id': volume.id}
    answer = user.get(VOLUMES, asked, **AJAX)
    assert answer.status_code == 200
    content = answer.content.decode()
    assert POINTS.format(volume.id) in content
    assert SCHEDULE.format(volume.id) not in content
    assert PROTECT.format(volume.id) not in content


def test_a_viewer_is_offered_the_points_alone(visitor, demo):
    volume = factories.volume(demo, 'scratch')
    row = visitor('viewer').page(VOLUMES).row(volume.id)
    assert links(row.element) == all_of(volume)[2:]


def test_the_administrators_table_has_none(visitor, cloud_of, demo):
    admin = visitor('admin', cloud_of('admin').project_id)
    page = admin.page('/admin/volumes/')
    assert page.row(factories.volume(demo, 'scratch').id)
    assert links(page.root) == []


def test_a_second_start_adds_none_twice(user, demo):
    row_actions.extend_other_dashboards()
    volume = factories.volume(demo, 'scratch')
    row = user.page(VOLUMES).row(volume.id)
    assert links(row.element) == all_of(volume)


def test_the_page_of_a_volume_has_them_as_well(user, demo):
    volume = factories.volume(demo, 'scratch')
    page = user.page(f'{VOLUMES}{volume.id}/')
    assert links(page.root) == all_of(volume)
