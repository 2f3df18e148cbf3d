# SPDX-License-Identifier: Apache-2.0
"""How much there is: a large project after half a year."""

import datetime

VOLUMES = 700
SHARES = 200
DATABASES = 100

#: plans that pick resources one by one, and how many each
PICKING = 170
PICKED = 4
#: plans that select volumes by metadata, and how many each matches
SELECTING = 30
MATCHED = 5

#: executions in all, and how many of them somebody started by hand
EXECUTIONS = 100_000
BY_HAND = 2_500
DAYS = 182
#: schedules that run every three hours, those in a zone whose clocks change
OFTEN = 62
GATED = 20

#: recovery points of each resource, and those of no plan
POINTS = 8
LOOSE_POINTS = 300

#: what a run ends with, in thousandths; the rest never started
ENDS = {'SUCCESS': 952, 'ERROR': 30, 'SKIPPED': 6, 'CANCELLED': 4}

SEED = 20261121
NOW = datetime.datetime.now(datetime.UTC).replace(microsecond=0)
