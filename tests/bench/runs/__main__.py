# SPDX-License-Identifier: Apache-2.0
"""``python -m tests.bench.runs --sizes 10,100,300``: what runs cost.

In the cloud that runs already, or in one that is started for it. A plan of so
many volumes runs once; just before and just after, the same snapshots are
made directly, 8 at once.
"""

import argparse
import statistics
import sys

from cinderclient import client as cinder_client

from cloud import running
from cloud import users as cloud_users
from tests.bench import accounts
from tests.bench import report
from tests.bench.runs import costs
from tests.bench.runs.project import Project

NAME = 'bench-runs'
#: what is promised: a run, in times of the direct calls, from so many volumes
LIMIT = 1.5
LIMIT_FROM = 100
HEADINGS = (
    'Volumes',
    'direct s',
    'run s',
    'x direct',
    'may',
    'Cinder calls',
    'a volume',
    'Mistral CPU s',
    'MB before',
    'MB after',
    'kB a volume',
)


def main():
    parser = argparse.ArgumentParser(prog='python -m tests.bench.runs')
    parser.add_argument('--sizes', default='10,100,300')
    sizes = [int(one) for one in parser.parse_args().sizes.split(',')]
    with running.Cloud():
        project = _project()
        rows = []
        for size in sizes:
            rows.append(_measured(project, size))
            print(dict(zip(HEADINGS, rows[-1], strict=True)), flush=True)
    print('\n'.join(report.table([HEADINGS, *rows])))


def _project():
    session = accounts.create(NAME)
    cloud = cloud_users.open_cloud(NAME, session)
    admin = cinder_client.Client(
        '3.71', session=cloud_users.open_session('admin')
    )
    none = dict.fromkeys(('volumes', 'snapshots', 'gigabytes'), -1)
    admin.quotas.update(cloud.project_id, **none)
    return Project(cloud)


def _measured(project, size):
    """The cells of one size."""
    volumes = project.volumes(size)
    direct = [project.direct_seconds(volumes)]
    plan = project.plan(volumes)
    before = costs.mistral_usage()
    with costs.CinderCalls(project.cloud.project_id) as calls:
        took = project.run_seconds(plan)
    after = costs.mistral_usage()
    good = project.good_points(plan)
    project.remove(plan)
    direct.append(project.direct_seconds(volumes))
    if good != size:
        sys.exit(f'Only {good} of {size} volumes got a good point.')
    return _cells(size, statistics.mean(direct), took, calls, before, after)


def _cells(size, direct, took, calls, before, after):
    times = took / direct
    limit = f'{LIMIT:g}' if size >= LIMIT_FROM else ''
    return (
        f'{size:,}',
        f'{direct:.1f}',
        f'{took:.1f}',
        f'{times:.1f}',
        f'{limit} over' if limit and times > LIMIT else limit,
        f'{calls.count:,}',
        f'{calls.count / size:.1f}',
        f'{after.cpu - before.cpu:.1f}',
        f'{before.memory / 1e6:.0f}',
        f'{after.memory / 1e6:.0f}',
        f'{(after.stored - before.stored) / size / 1000:.1f}',
    )


main()
