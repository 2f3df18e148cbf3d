# SPDX-License-Identifier: Apache-2.0
"""Plans with a schedule each, and their cron triggers, in Mistral's database.

Definitions and triggers are those that the plugin itself would send.
"""

import dataclasses
import datetime
import json

from protection_dashboard import plugins
from protection_dashboard.plans import document as plan_document
from protection_dashboard.plans import schema as plan_schema
from protection_dashboard.plans import validation as plan_validation
from protection_dashboard.recurrence import local_cron
from protection_dashboard.schedules import cron_triggers
from protection_dashboard.workflows import definitions
from tests.bench import scale
from tests.bench.resources import Thing
from tests.bench.rows import RANDOM
from tests.bench.rows import Database
from tests.bench.rows import at
from tests.bench.rows import new_id

_KEEPS = {'last': 3, 'daily': 7, 'weekly': 4}
_METHOD = {'force': True, 'description': "Nightly copy"}


@dataclasses.dataclass(frozen=True)
class Kept:
    """A plan of the benchmark, its trigger's id, and what it protects."""

    plan: plan_document.Plan
    trigger: str
    things: tuple

    @property
    def schedule(self):
        return self.plan.schedules[0]


def fill(seeds, things):
    """Write all plans; the Kept."""
    kept = [*_picking(things), *_selecting(things)]
    mistral = Database('mistral')
    workflow = mistral.row(
        'workflow_definitions_v2', id=seeds.plan.workflow_id
    )
    mistral.add(
        'workflow_definitions_v2', (_workflow(workflow, one) for one in kept)
    )
    like = mistral.row('cron_triggers_v2', workflow_id=seeds.plan.workflow_id)
    gate = definitions.shared_workflow_id(seeds.cloud, 'gate')
    gate = mistral.row('workflow_definitions_v2', id=gate)
    mistral.add(
        'cron_triggers_v2', (_trigger(like, gate, one) for one in kept)
    )
    return kept


def _picking(things):
    for number in range(scale.PICKING):
        begin = number * scale.PICKED
        mine = things[begin : begin + scale.PICKED]
        yield _kept(number, {'resources': list(map(_entry, mine))}, mine)


def _selecting(things):
    for number in range(scale.SELECTING):
        tier = f'gold-{number}'
        selector = {'type': 'volume', 'metadata': {'backup': tier}}
        method = {
            'protection': 'volume_snapshot',
            'options': {**_METHOD, 'snapshot_name': 'gold'},
        }
        parts = {
            'resources': [],
            'selectors': [selector],
            'methods': {'volume': method},
        }
        mine = [one for one in things if one.tier == tier]
        yield _kept(scale.PICKING + number, parts, mine)


def _entry(thing: Thing):
    protection = plugins.protections_for_type(thing.type)[0]
    named = {protection.name_option: thing.name, 'force': False}
    options = {
        name: named.get(name, f"Nightly copy of {thing.name}")
        for name in protection.OPTIONS_SCHEMA['required']
    }
    return {
        'type': thing.type,
        'id': thing.id,
        'name': thing.name,
        'protection': protection.slug,
        'options': options,
    }


def _kept(number, parts, things):
    pattern, zone = _timing(number)
    document = {
        'version': plan_schema.VERSION,
        'id': new_id(),
        'name': f'Nightly {number:03}',
        'description': "Kept as the company's rule 7 says",
        'retention': _KEEPS,
        'schedules': [{'id': new_id(), 'pattern': pattern, 'zone': zone}],
        **parts,
    }
    plan = plan_document.Plan(
        plan_validation.check_document(document), new_id()
    )
    return Kept(plan, new_id(), tuple(things))


def _timing(number):
    """Pattern and zone; none is due in the next two hours."""
    minute = RANDOM.randrange(60)
    if number < scale.OFTEN:
        hours = range((scale.NOW.hour + 2) % 3, 24, 3)
        return f'{minute} {",".join(map(str, hours))} * * *', 'UTC'
    hour = (scale.NOW.hour + RANDOM.randrange(4, 20)) % 24
    gated = number < scale.OFTEN + scale.GATED
    return f'{minute} {hour} * * *', 'Europe/Berlin' if gated else 'UTC'


def _workflow(like, one):
    document = one.plan.document
    spec = json.loads(like['spec'])
    name = definitions.plan_workflow_name(one.plan.id)
    spec = {
        **spec,
        'name': name,
        'vars': {'plan': definitions.encode_document(document)},
    }
    return {
        **like,
        'id': one.plan.workflow_id,
        'name': name,
        'definition': plan_document.workflow_definition(document),
        'spec': json.dumps(spec),
    }


def _trigger(like, gate, one):
    wanted = cron_triggers.new_trigger(one.plan, one.schedule, 'bench')
    (due,) = local_cron.next_occurrences(
        one.schedule.pattern, one.schedule.zone, scale.NOW, count=1
    )
    started = {
        'workflow_id': one.plan.workflow_id,
        'workflow_name': definitions.plan_workflow_name(one.plan.id),
    }
    if wanted.gate:
        started = {'workflow_id': gate['id'], 'workflow_name': gate['name']}
    return {
        **like,
        **started,
        'id': one.trigger,
        'name': wanted.name,
        'pattern': wanted.pattern,
        'workflow_input': json.dumps(wanted.input),
        'workflow_input_hash': new_id(),
        'workflow_params': json.dumps({'env': wanted.env}),
        'trust_id': new_id().replace('-', ''),  # nobody's: it starts nothing
        'next_execution_time': at(due),
        'created_at': at(scale.NOW - datetime.timedelta(days=scale.DAYS)),
    }
