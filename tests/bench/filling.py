# SPDX-License-Identifier: Apache-2.0
"""The full project: filled once in a cloud, found again after that."""

import json
import time

from cloud import settings
from cloud import users as cloud_users
from tests.bench import accounts
from tests.bench import copies
from tests.bench import estate
from tests.bench import history
from tests.bench import seeds
from tests.bench import wishes

FOUND = settings.STATE / 'bench.json'


def ids():
    """Ids of what pages show: ``{plan, schedule, run, point...}``."""
    if not FOUND.exists():
        FOUND.write_text(json.dumps(_fill()))
    return json.loads(FOUND.read_text())


def _fill():
    begin = time.monotonic()
    session = accounts.create()
    sown = seeds.sow(cloud_users.open_cloud(accounts.NAME, session))
    things = estate.things()
    estate.fill(sown, things)
    kept = wishes.fill(sown, things)
    done = history.fill(sown, kept)
    made = copies.fill(sown, things, done)
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
        'schedule': shown.wish['id'],
        'run': sown.run,
        'point': point.id,
        'volume': point.thing.id,
    }
