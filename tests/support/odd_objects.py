# SPDX-License-Identifier: Apache-2.0
"""A project with an odd object of every kind, as anybody may write them.

What issue reports named stands first in each list, ten more come after it.
"""

import contextlib
import dataclasses
import functools
import json
import uuid

from protection_dashboard import exceptions
from protection_dashboard.api import freezer
from protection_dashboard.api.mistral import client as mistral
from protection_dashboard.api.mistral import (
    environments as mistral_environments,
)
from protection_dashboard.api.mistral import trove_schedules
from protection_dashboard.coverage import exemptions
from protection_dashboard.executions import service as execution_service
from protection_dashboard.plans import document as plan_document
from protection_dashboard.plans import service as plan_service
from protection_dashboard.protections.base import Mark
from protection_dashboard.workflows import definitions
from tests.support import factories
from tests.support import freezer_service

NEVER = '0 3 1 1 *'
TIME = "Must be a time such as"
FIELDS = "A pattern has exactly five fields"
#: a part of a schedule that nobody can read -> the reason
UNREADABLE = {
    'pattern': [
        ('foo', FIELDS),
        ('99 99 * * *', "The first field, the minute, takes 0 to 59"),
        ('* * * * * *', FIELDS),
        ('0 0 30 2 *', "This pattern never runs"),
        ('', FIELDS),
        ('0 0 * * 8', "The fifth field, the weekday,"),
        ('*/0 * * * *', "The first field, the minute,"),
        ('0 3 1 1', FIELDS),
        ('0 3 １ 1 *', "The third field, the day of the month,"),
    ],
    'zone': [
        ('Mars/Phobos', "This time zone is not known"),
        ('../../etc/passwd', "This time zone is not known"),
        ('', "This time zone is not known"),
        ('UTC\n', "This time zone is not known"),
    ],
    'first': [
        ('2026-02-31T00:00', TIME),
        ('2026-11-28T25:00', TIME),
        ('２０２６-11-28T00:00', TIME),
        ('0000-00-00T00:00', TIME),
        ('', TIME),
        ('2026-11-28T00:00+01:00', TIME),
    ],
    'end': [
        ('9999-99-99T99:99', TIME),
        ('2026-11-28T00:00\n', TIME),
        ('2026-11-28', TIME),
        ('soon', TIME),
    ],
}
#: one that can be read, but is too far away
FAR = {
    'first': [('0001-01-01T00:00', "Its first run lies too far away.")],
    'end': [('9999-12-31T23:59', "Its last day lies too far away.")],
}
#: how many of each part reports have named; the others came after them
NAMED = {'pattern': 4, 'zone': 1, 'first': 4, 'end': 2}
DEEP = '[' * 2_000 + ']' * 2_000
#: JSON in the place of a plan's name -> the reason
BROKEN = [
    ('5', "Not a plan document: $.name: 5 is not of type 'string'"),
    ('"\\ud800"', "a text in it holds half a character"),
    (DEEP, "nested too deep"),
    ('NaN', "Not a plan document: $.name: nan is not of type"),
    ('nonsense', "Not a plan document: Expecting value"),
    ('null', "$.name: None is not of type 'string'"),
    ('""', "$.name: '' "),
    ('["a"]', "$.name: ['a'] is not of type 'string'"),
    ('"a", "version": 2', "$.version: "),
    ('"a", "retention": {"last": 0}', "$.retention.last: 0 "),
    ('"a", "retention": []', "$.retention: [] is not of type 'object'"),
    ('"a", "selectors": {}', "$.selectors: {} is not of type 'array'"),
    ('"a", "pins": [5]', "$.pins[0]: 5 is not of type 'object'"),
    ('"a", "notification": 5', "$.notification: 5 is not of type 'object'"),
    ('"a", "id": "../x"', "$.id: '../x' "),
]
#: facts of Freezer's records
RECORDS = [
    {'time_stamp': 'abc'},
    {'time_stamp': 10**20},
    {'time_stamp': -(10**14)},
    {'time_stamp': None},
    {'description': 5},
    {'description': {'a': 1}},
    {'cindernative_vol_id': {'a': 1}},
    {'cindernative_vol_id': ['x']},
    {'mode': 'nova', 'cindernative_vol_id': '', 'nova_inst_id': 7},
    {'status': 'creating', 'step': 5},
    {'status': 'creating', 'step': {'a': 1}},
    {'name': ['<b>'], 'job': 5},
    {'time_stamp': {'a': 1}},
    {'time_stamp': True},
    {'time_stamp': '1e400'},
    {'description': ['[protection plan=x]']},
    {'cindernative_vol_id': 'a/b'},
    {'mode': {'a': 1}},
    {'mode': 'fs', 'cindernative_vol_id': ''},
    {'backup_name': 'a/b', 'hostname': '../x'},
    {'status': 'creating', 'step': None, 'name': None},
    {'level': 'x', 'curr_backup_level': []},
]
_POINT = {'protection': 'volume_snapshot', 'id': str(uuid.uuid4())}
#: those of them that tell no resource of ours
FOREIGN = [one for one in RECORDS if one.get('mode') not in (None, 'nova')]
#: inputs of a restore that fails
RESTORES = [
    {'point': 'str'},
    {'point': {}},
    {'point': 5},
    {'point': {**_POINT, 'id': 'a/b'}},
    {'point': {**_POINT, 'protection': '../x'}},
    {'point': _POINT, 'by': {'a': 1}},
    {'point': _POINT, 'by': ['x']},
    {'point': _POINT, 'by': 5},
    {'point': [_POINT]},
    {'point': {**_POINT, 'id': ''}},
    {'point': {**_POINT, 'id': 5}},
    {'point': {**_POINT, 'after': 'x'}},
    {'point': {**_POINT, 'name': {'a': 1}}},
    {'point': _POINT, 'name': {'a': 1}},
    {'point': _POINT, 'name': [], 'schedule': {}},
    {'point': _POINT, 'schedule': '../..'},
    {'point': True},
    {'point': json.loads('[' * 90 + ']' * 90)},
]
#: inputs of a deletion that succeeds; ``summary`` is what it gives
DELETIONS = [
    {'points': 'abc'},
    {'points': [5]},
    {'points': [{}]},
    {'summary': 'str'},
    {'summary': ['a']},
    {'summary': 5},
    {'summary': {'ok': 'x'}},
    {'summary': {'removed': 'a'}},
    {'summary': {'ok': 1.5}},
    {'summary': {'ok': True}},
    {'summary': {'failed': []}},
    {'points': {'a': 1}},
    {'points': [_POINT, None]},
    {'points': [[_POINT]]},
]
_WAIT = {'wait': 'point', 'state': 'failed', 'resource_id': 'a/b', 'id': 'c/d'}
#: results of the tasks of a run
RESULTS = [
    {'poll': 'str', 'prune': ['a'], 'notify': 5},
    {'poll': {'results': 'abc'}, 'prune': {'removals': 'abc'}},
    {'poll': {'results': [5, {}]}, 'prune': {'removals': [5, {}]}},
    {'poll': {'results': [_WAIT]}, 'notify': {'notices': [5, {}]}},
    {'poll': {'results': [{**_WAIT, 'wait': 'x'}]}, 'notify': {'removals': 5}},
    {'poll': {'results': [{**_WAIT, 'reason': {}}]}, 'notify': True},
    {'prune': {'troubles': [5, None, 'well']}, 'notify': {'troubles': 'abc'}},
    {'poll': {'x': 1}},
]
#: what the tasks of a run as of 0.2.0 tell
TOLD = [
    {'protect': 5, 'notify': 'str'},
    {'protect': {'rows': 5, 'resolution': {'steps': [{}], 'known': 5}}},
    {'protect': {'rows': [[9, 1, 2, 3]], 'resolution': 'x'}, 'notify': {}},
    {'protect': {'removals': [5], 'report': {'notices': [5]}}, 'notify': []},
]
#: inputs and environments of cron triggers that are named like ours
TRIGGERS = [
    ({'workflow': 5}, {'armed_by': {'a': 1}}),
    ({'workflow': {'a': 1}, 'pattern': []}, {'workflow_id': ['x']}),
    ({'workflow': 'x', 'pattern': 'foo', 'zone': 5}, {}),
    ({'workflow': 'x', 'pattern': 'foo', 'zone': 'Mars/Phobos'}, {}),
    ({'workflow': [], 'schedule': {'a': 1}, 'name': {'a': 1}}, {}),
    ({'schedule': '../x', 'name': ''}, {'armed_by': ['x']}),
    ({'armed': 5, 'end': {'a': 1}}, {'armed_by': None}),
]
#: inputs and environments of the database client's triggers
CLIENT_TRIGGERS = [
    ({'instance': {'a': 1}, 'name': 'n'}, {}),
    ({'instance': 'a/b', 'name': {'a': 1}}, {'parent_id': {'a': 1}}),
    ({'instance': '', 'name': ''}, {'parent_id': ['x']}),
    ({'instance': 5, 'name': []}, {}),
]
LATEST = '9999-12-31T23:59:59-12:00'
EARLIEST = '0001-01-01T00:00:00+12:00'


def note(at):
    return json.dumps({'note': 'later', 'by': 'x', 'at': at})


#: exemptions, as metadata of a volume and as variables
NOTES = [
    note(LATEST),
    note(EARLIEST),
    '',
    '5',
    'null',
    '[]',
    '{"note": 5}',
    '{"note": {"a": 1}, "by": [], "at": 5}',
    '{"note": "n", "by": "b", "at": "soon"}',
    '[' * 250,
    '{"note": "n", "by": "b", "at": "2026-02-31"}',
]
#: names of variables of exemptions
VARIABLES = ['', 'x', ':', 'volume:', f'volume:{uuid.uuid4()}']
VARIABLES += ['volume:a/b', ':x', 'unheard:of', '../x:y', 'volume:x:y', ' : ']
#: metadata of snapshots
MARKS = [
    {'protection_plan': 'x'},
    {'protection_plan': '../x', 'protection_execution': '5'},
    {'protection_also_x': 'yes', 'protection_also_': ''},
    {'protection_schedule': '２', 'protection_pin': '{'},
]
_FIELDS = {
    'restore': ('name', 'by', 'schedule', 'point'),
    'delete': ('name', 'by', 'points', 'summary'),
    'plan': ('name', 'by', 'schedule', 'told'),
    'gate': (
        'workflow',
        'pattern',
        'zone',
        'armed',
        'end',
        'schedule',
        'name',
    ),
}
_ECHO = "std.echo output=<% $.told.get({}) %>"
_PUBLISHED = {'publish': {'resolved': True, 'changed': True, 'skipped': None}}
_TASKS = {
    'restore': {'end': {'action': 'std.fail'}},
    'delete': {'end': {'action': 'std.noop'}},
    'gate': {'end': {'action': 'std.noop'}},
    'plan': {
        name: {'action': _ECHO.format(name)}
        for name in ('poll', 'prune', 'notify')
    },
    'told': {
        name: {'action': _ECHO.format(name), **_PUBLISHED}
        for name in ('protect', 'notify')
    },
}


def odd_schedules():
    """``[(part, text, reason, whether it can be read)]``."""
    return [
        (part, text, reason, known is FAR)
        for known in (UNREADABLE, FAR)
        for part, some in known.items()
        for text, reason in some
    ]


def named_schedules():
    """As ``odd_schedules``, of those only that reports have named."""
    named = {
        (part, text)
        for part, count in NAMED.items()
        for text, _reason in (*UNREADABLE[part][:count], *FAR.get(part, ()))
    }
    return [one for one in odd_schedules() if one[:2] in named]


def with_schedule(document, part, text, **others):
    """The document with an odd part of its only schedule, which is paused."""
    (schedule,) = document['schedules']
    zone = 'Asia/Tokyo' if part == 'first' else 'America/New_York'
    schedule.update({'zone': zone, 'paused': True, part: text, **others})
    return document


def write_plan(cloud, document, text=''):
    """Put a document, or a text, into Mistral as it is; the Plan."""
    body = definitions.workflow_template('plan')
    body['vars'] = {'plan': text or json.dumps(document)}
    name = definitions.plan_workflow_name(document['id'])
    definition = definitions.dump_definition(name, body)
    flow = mistral.workflow_create(cloud, definition)
    return plan_document.Plan(document, flow.id)


def broken_text(document, name):
    """A document's JSON with other JSON in the place of its name."""
    return json.dumps({**document, 'name': 'HERE'}).replace('"HERE"', name)


@dataclasses.dataclass(frozen=True)
class OddProject:
    """What there is in the project, besides what it had before.

    ``plans`` are of one odd schedule each, in the order of odd_schedules;
    ``whole`` is a plan of all of these schedules. ``broken`` are ids of plans
    in the order of BROKEN. ``good`` is a plan that ran twice, ``runs`` the
    ids of its executions, ``odd_runs`` those of the odd ones with what was
    odd, ``started`` those of odd plans. ``records`` are ids of Freezer's
    records, ``kept_record`` and ``undated_record`` of two that are the good
    plan's. ``noted`` are volumes with notes, ``variables`` the names of other
    notes.
    """

    good: plan_document.Plan
    plans: list
    whole: plan_document.Plan
    broken: list
    runs: list
    started: list
    odd_runs: list
    records: list
    kept_record: str
    undated_record: str
    triggers: list
    client_triggers: list
    noted: list
    variables: list
    marked: list


@contextlib.contextmanager
def odd_project(cloud, sandbox):
    """All of these in a project, gone afterwards; ``sandbox`` is its."""
    with contextlib.ExitStack() as after:
        volume = sandbox.volume('of odd objects')
        plan = sandbox.plan(volume, NEVER)
        plan = plan_service.plan_save(cloud, plan, retention={'last': 1})
        made = _Maker(cloud, sandbox, after)
        records = made.records(volume, plan)
        runs = [execution_service.execute_plan(cloud, plan)]
        plans, whole = made.plans(volume)
        broken = made.broken(volume)
        odd_runs = made.runs()
        noted, variables = made.notes()
        marked = made.marks(volume)
        triggers = made.triggers()
        client_triggers = made.client_triggers()
        sandbox.ended(runs[0])
        startable = [plans[0], *broken[:3]]
        started = [made.started(plan) for plan in startable]
        runs.append(execution_service.execute_plan(cloud, plan))
        for run_id in [runs[1], *started, *(one for one, _odd in odd_runs)]:
            sandbox.ended(run_id)
        yield OddProject(
            plan, plans, whole, [one.id for one in broken], runs, started,
            odd_runs, *records, triggers, client_triggers, noted, variables,
            marked,
        )  # fmt: skip


class _Maker:
    """Makes odd objects; ``after`` is an ExitStack that removes them."""

    def __init__(self, cloud, sandbox, after):
        self.cloud, self.sandbox, self.after = cloud, sandbox, after

    def _later(self, call, *args):
        def remove():
            with contextlib.suppress(exceptions.NotFound):
                call(self.cloud, *args)

        self.after.callback(remove)

    def _plan(self, document, text=''):
        plan = write_plan(self.cloud, self.sandbox.known(document), text)
        self._later(mistral.workflow_delete, plan.workflow_id)
        return plan

    def plans(self, volume):
        """One of each odd schedule, and one of all."""
        made = []
        for part, text, _reason, _can_be_read in odd_schedules():
            document = factories.document(volume, NEVER)
            made.append(self._plan(with_schedule(document, part, text)))
        document = factories.document(volume)
        document['schedules'] = [
            {**one, 'id': str(uuid.uuid4())}
            for plan in made
            for one in plan.document['schedules']
        ]
        return made, self._plan(document)

    def broken(self, volume):
        documents = [factories.document(volume) for _one in BROKEN]
        return [
            self._plan(document, broken_text(document, name))
            for document, (name, _reason) in zip(
                documents, BROKEN, strict=True
            )
        ]

    def _workflow(self, kind, tasks=''):
        """A workflow that is named like one of ours; its id."""
        name = f'protection.{kind}.{uuid.uuid4()}'
        body = {
            'tags': ['protection', *(['protection-plan'] * (kind == 'plan'))],
            'input': [{field: None} for field in _FIELDS[kind]],
            'tasks': _TASKS[tasks or kind],
        }
        if kind == 'delete':
            body['output'] = {'summary': '<% $.summary %>'}
        # JSON is YAML, too
        text = json.dumps({'version': '2.0', name: body})
        made = mistral.workflow_create(self.cloud, text)
        self._later(mistral.workflow_delete, made.id)
        return made.id

    def _run(self, workflow_id, given, description=''):
        env = {'armed_by': {'a': 1}}
        made = mistral.execution_create(
            self.cloud, workflow_id, given, description, env
        )
        return self.sandbox.started(made.id)

    def runs(self):
        """``[(id of an execution, what is odd of it)]``."""
        flows = {kind: self._workflow(kind) for kind in ('restore', 'delete')}
        found = [
            (self._run(flows[kind], given), given)
            for kind, all_given in (
                ('restore', RESTORES),
                ('delete', DELETIONS),
            )
            for given in all_given
        ]
        for tasks, all_told in (('plan', RESULTS), ('told', TOLD)):
            flow = self._workflow('plan', tasks)
            found += [
                (self._run(flow, {'told': told}, '{"by": 5, "retry_of": {}'),
                 {}) for told in all_told
            ]  # fmt: skip
        return found

    def started(self, plan):
        given = {'schedule': None, 'by': 'x', 'name': 'odd'}
        made = mistral.execution_create(self.cloud, plan.workflow_id, given)
        return self.sandbox.started(made.id)

    def records(self, volume, plan):
        """``(odd ones, one in shape, one without a time)``: ids."""
        mark = Mark(plan=plan.id).written('ours', 255)
        record = functools.partial(
            freezer_service.record, self.cloud, volume.id
        )
        odd = [record(**facts) for facts in RECORDS]
        undated = record(time_stamp='soon', description=mark)
        good = record(name='in shape', description=mark)
        for record_id in (*odd, good, undated):
            self._later(freezer.backup_delete, record_id)
        for record_id in (good, undated):
            freezer_service.backed_up(
                self.sandbox.cinder, volume.id, record_id
            )
            self._later(freezer_service.delete, record_id)
        return odd, good, undated

    def triggers(self):
        """Ids of cron triggers that are named like ours."""
        flow = self._workflow('gate')
        return [
            self._trigger(f'protection.schedule.{uuid.uuid4()}', flow, *odd)
            for odd in TRIGGERS
        ]

    def client_triggers(self):
        flow = trove_schedules.WORKFLOW
        return [
            self._trigger(str(uuid.uuid4()), flow, *odd)
            for odd in CLIENT_TRIGGERS
        ]

    def _trigger(self, name, workflow, given, env):
        made = mistral.cron_trigger_create(
            self.cloud, name, workflow, NEVER, given, env
        )
        self._later(mistral.cron_trigger_delete, made.id)
        return made.id

    def notes(self):
        """Volumes with odd notes, and names of variables with the others."""
        change = functools.partial(
            mistral_environments.environment_change,
            self.cloud,
            exemptions.environment_name(self.cloud),
        )
        odd = {f'x:{number}': text for number, text in enumerate(NOTES)}
        odd |= dict.fromkeys(VARIABLES, NOTES[0])
        odd |= {'x:number': 5, 'x:list': [1], 'x:object': {'a': 1}}
        change(odd)
        self.after.callback(change, dict.fromkeys(odd))
        volumes = [
            self.sandbox.volume(
                'noted', metadata={exemptions.METADATA_KEY: text}
            )
            for text in NOTES[:2]
        ]
        return volumes, [*odd]

    def marks(self, volume):
        """Ids of snapshots with odd metadata."""
        snapshots = self.sandbox.cinder.volume_snapshots
        made = [
            snapshots.create(volume.id, metadata=metadata).id
            for metadata in MARKS
        ]
        for one in made:
            self.after.callback(snapshots.delete, one)
        return made
