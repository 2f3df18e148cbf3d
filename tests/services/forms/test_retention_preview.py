# SPDX-License-Identifier: Apache-2.0
"""What a plan promises, asked of the real services."""

from concurrent import futures
import dataclasses
import datetime
import json
import time
import uuid

from django.template import loader
import pytest

from protection_dashboard.forms import retention_preview
from tests.pages.page import Page
from tests.support import factories
from tests.support import sandboxes


def promise(cloud, document):
    now = datetime.datetime.now(datetime.UTC)
    return retention_preview.retention_preview(cloud, document, now)


@pytest.fixture(scope='module')
def document(alt):
    """A nightly plan of a new volume with three points, that keeps one."""
    with sandboxes.kept(alt) as sandbox:
        plan = sandbox.plan(sandbox.volume('promised'), '30 2 * * *')
        volume = factories.volume(alt, 'promised')
        with futures.ThreadPoolExecutor(3) as pool:
            list(
                pool.map(lambda _: sandbox.point(volume, plan=plan), range(3))
            )
        yield {**plan.document, 'retention': {'last': 1}}


def test_it_tells_what_is_removed_kept_and_needed(alt, document):
    found = promise(alt, document)
    assert found.keeps == ["Keeps the last one"]
    assert found.summary == "With what exists today: 2 removed, 1 kept"
    assert [row.words for row in found.rows] == [
        *["removed: no rule keeps it"] * 2,
        "kept: the last one",
    ]
    (line,) = found.forecasts
    start = "Volume snapshot: at most 1 snapshot and 1 GiB (today: 3); "
    assert line.text.startswith(start)
    assert line.fits
    assert found.errors == []


def test_it_tells_how_many_a_combination_keeps(alt, document):
    (nightly,) = document['schedules']
    own = {**nightly, 'retention': {'last': 3, 'daily': 7}}
    both = {**nightly, 'id': str(uuid.uuid4())}
    wanted = {
        **document,
        'retention': {'daily': 7, 'weekly': 4, 'monthly': 12},
        'schedules': [own, both],
    }
    counts = "as a copy that is both counts for both"
    assert promise(alt, wanted).keeps == [
        f"Keeps 7 daily, 4 weekly, 12 monthly: at most 21 of each resource, "
        f"{counts}",
        f"Every day at 02:30: keeps the last 3, 7 daily: at most 7 of each "
        f"resource, {counts}",
    ]
    assert promise(alt, wanted).reaches == [
        "You can go back to any of the last 7 days, any of the last 4 weeks "
        "and any of the last 12 months, as far as there are copies: in the "
        "long run these are 12 to 21 of each resource.",
        "Every day at 02:30: you can go back to any of the last 3 copies and "
        "any of the last 7 days.",
    ]
    (line,) = promise(alt, wanted).forecasts
    assert "at most 28 snapshots and 28 GiB" in line.text


def test_the_page_strikes_through_what_goes(alt, document):
    found = promise(alt, document)
    text = loader.render_to_string(
        'protection/forms/_retention_preview.html',
        {'retention_preview': found},
    )
    page = Page(text)
    assert len(page.root.xpath('//details//del')) == 2
    assert "2 removed, 1 kept" in page.root.text_content()


def promise_ids(cloud, document):
    """Ids of the plan's points, the newest first."""
    points = factories.SNAPSHOT.points(cloud)
    return [p.id for p in points if p.mark.plan == document['id']]


def test_a_pinned_point_is_kept_and_schedules_speak_for_themselves(
    alt, document
):
    oldest = promise_ids(alt, document)[-1]
    pin = {'protection': 'volume_snapshot', 'id': oldest, 'note': 'release'}
    (nightly,) = document['schedules']
    own = {**nightly, 'retention': {'monthly': 12}}
    found = promise(alt, {**document, 'schedules': [own], 'pins': [pin]})
    assert found.keeps == ["Every day at 02:30: keeps 12 monthly"]
    assert "kept: pinned (release)" in [row.words for row in found.rows]


def mixed(document):
    """The same plan with a selector of shares, and increments."""
    share = {
        'protection': 'share_snapshot',
        'options': {'snapshot_name': 'n', 'description': '', 'force': False},
    }
    backup = {
        'protection': 'database_backup',
        'options': {
            'backup_name': 'n',
            'description': '',
            'incremental': True,
        },
    }
    return {
        **document,
        'methods': {'share': share, 'database': backup},
        'selectors': [{'type': 'share'}, {'type': 'database'}],
    }


def test_each_method_has_its_own_room(alt, document):
    lines = [line.text for line in promise(alt, mixed(document)).forecasts]
    backup, share, volume = lines
    # one stays by the rule, and six that it may build on
    assert backup.startswith("Trove backup: at most 7 backups")
    assert share.startswith("Share snapshot: at most ")
    assert volume.startswith("Volume snapshot: at most 1 snapshot and 1 GiB")


def without(cloud, service_type):
    """The cloud with a service that does not answer."""
    catalog = json.loads(json.dumps(cloud.catalog))
    for service in catalog:
        if service['type'] == service_type:
            for endpoint in service['endpoints']:
                endpoint['url'] = 'http://127.0.0.1:9/'
    return dataclasses.replace(cloud, catalog=catalog)


def test_a_service_that_is_down_costs_its_own_line(alt, document):
    broken = without(alt, 'shared-file-system')
    began = time.monotonic()
    found = promise(broken, mixed(document))
    assert time.monotonic() - began < 5
    assert len(found.errors) == 1
    assert found.errors[0].startswith("Manila does not answer")
    names = [line.text.partition(':')[0] for line in found.forecasts]
    assert "Volume snapshot" in names
    assert "Share snapshot" not in names
    assert found.summary == "With what exists today: 2 removed, 1 kept"


def test_a_method_that_is_not_installed_costs_its_own_line(alt, document):
    warp = {'protection': 'warp', 'options': {'factor': 9}}
    found = promise(alt, {**document, 'methods': {'starship': warp}})
    assert found.keeps == ["Keeps the last one"]
    assert found.errors == [
        "The protection warp is not installed here: ask your administrator "
        "for it."
    ]
    (line,) = found.forecasts
    assert line.text.startswith("Volume snapshot: ")


def test_a_new_plan_has_nothing_yet(alt, document):
    new = '0b5bbbd2-0f27-4c9e-8c0f-0f2f3ee1a3d6'
    found = promise(alt, {**document, 'id': new})
    assert found.summary == "There are no recovery points of this plan yet."
    assert found.rows == []
