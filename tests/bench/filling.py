# SPDX-License-Identifier: Apache-2.0
"""The full project: filled once in a cloud, found again after that."""

import json
import time

from cloud import settings
from cloud import users as cloud_users
from tests.bench import accounts
from tests.bench import executions
from tests.bench import model_rows
from tests.bench import plans
from tests.bench import recovery_points
from tests.bench import resources

FOUND = settings.STATE / 'bench.json'


def ids():
    """Ids of what pages show: ``{plan, schedule, run, point...}``."""
    if not FOUND.exists():
        FOUND.write_text(json.dumps(_fill()))
    return json.loads(FOUND.read_text())


def _fill():
    begin = time.monotonic()
    session = accounts.create()
    sown = model_rows.sow(cloud_users.open_cloud(accounts.NAME, session))
    things = resources.things()
    resources.fill(sown, things)
    kept = plans.fill(sown, things)
    done = executions.fill(sown, kept)
    made = recovery_points.fill(sown, things, done)
    print(
        f'Filled in {time.monotonic() - begin:.0f} s: {len(things)} resources,'
        f' {len(kept)} plans, {len(done)} executions, {len(made)} recovery '
        'points.',
        flush=True,
    )
    shown = kept[0]
    point = next(one for one in made if one.thing.type == 'volume')
    return {
        'plan': shown.plan.id,
        'schedule': shown.schedule.id,
        'run': sown.run,
        'point': point.id,
        'volume': point.thing.id,
    }
