# SPDX-License-Identifier: Apache-2.0
"""What an operator publishes, and a sample plan with a few executions."""

from cloud import users as cloud_users
from cloud.supervisor import control
from protection_dashboard import plugins
from protection_dashboard.executions import service as execution_service
from protection_dashboard.plans import document as plan_document
from protection_dashboard.plans import service as plan_service
from protection_dashboard.workflows import trove_workbook

PLAN = 'Nightly volumes'
_LIMIT = 60  # seconds
_VOLUME = plugins.protectable('volume')
_SNAPSHOT = plugins.protection('volume_snapshot')


def publish(session):
    """The workbook of the database client's schedules, for all projects."""
    trove_workbook.publish_workbook(cloud_users.open_cloud('admin', session))


def sample(sessions):
    """A plan that ran twice, and one run that failed: no page is empty."""
    demo = cloud_users.open_cloud('demo', sessions('demo'))
    if plan_service.plan_list(demo):
        return
    volumes = _volumes(demo, 'web-data', 'orders-db')
    plan = plan_service.plan_create(demo, _document(*volumes))
    for _time in range(2):
        # one after the other: a point's name tells the second of its run
        _finish(demo, execution_service.execute_plan(demo, plan))
    careful = _SNAPSHOT.defaults(volumes[1]) | {'force': False}
    once = plan_document.new_plan_document(
        'orders-db', volumes[1], _SNAPSHOT.slug, careful
    )
    _finish(demo, execution_service.protect_now(demo, once))


def _volumes(cloud, *names):
    """Cinder's samples, once they are there and can be protected."""

    def ready():
        found = {v.name: v for v in _VOLUME.list(cloud)}
        wanted = [found.get(name) for name in names]
        return all(v and v.state == 'available' for v in wanted) and wanted

    control.wait_until(ready, _LIMIT, 'Cinder has no sample volumes.')
    return ready()


def _document(web_data, orders_db):
    schedule = plan_document.new_schedule('35 2 * * *', 'UTC')
    options = _SNAPSHOT.defaults(web_data)
    document = plan_document.new_plan_document(
        PLAN, web_data, _SNAPSHOT.slug, options, [schedule]
    )
    options = _SNAPSHOT.defaults(orders_db)
    other = plan_document.new_plan_document(
        PLAN, orders_db, _SNAPSHOT.slug, options
    )
    document['resources'] += other['resources']
    return document


def _finish(cloud, run_id):
    control.wait_until(
        lambda: execution_service.execution_get(cloud, run_id).ended,
        _LIMIT,
        'A sample execution does not end.',
    )
