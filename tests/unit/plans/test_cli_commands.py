# SPDX-License-Identifier: Apache-2.0
"""The commands that make a plan, as a POSIX shell reads them."""

import json
import subprocess

import pytest

from protection_dashboard.plans import cli_commands
from protection_dashboard.plans import document as plan_document
from protection_dashboard.schedules.cron_triggers import Trigger
from protection_dashboard.workflows import definitions

ID = '6f2f2f2e-1111-4222-8333-444455556666'
SHELL = """
openstack() {
  if [ "$1 $2" = 'workflow show' ]; then echo the-id; return; fi
  for word in "$@"; do printf '%s\\0' "$word"; done; printf '\\n\\0'
  if [ "$1 $2" = 'workflow create' ]; then cat; printf '\\0'; fi
}
"""


def plan(name):
    return {
        'version': 1,
        'id': ID,
        'name': name,
        'resources': [],
        'schedules': [],
        'pins': [{'protection': 'freezer', 'id': 'p', 'note': 'n'}],
    }


def trigger(name):
    given = {'schedule': 's', 'name': name}
    env = {'armed_by': name, 'workflow_id': 'of another project'}
    return Trigger(
        name='t',
        gate=False,
        pattern='30 2 * * *',
        input=given,
        env=env,
        count=3,
    )


def words(text):
    """The words and the standard input of each command."""
    done = subprocess.run(
        ['sh', '-eu'], input=SHELL + text, text=True, capture_output=True
    )
    assert (done.returncode, done.stderr) == (0, '')
    return done.stdout.split('\0')


@pytest.mark.parametrize(
    'name',
    [
        'Nightly',
        """it's "quoted" `id` $(id) $HOME \\ !x #x ; rm -rf ~ | & > <""",
        'WORKFLOW',
        "x\nWORKFLOW\nopenstack token issue\n'",
        '<% $.x %> {{ x }}',
        '-n',
    ],
    ids=range(6),
)
def test_a_shell_reads_names_as_they_are(name):
    workflow = definitions.plan_workflow_name(ID)
    text = cli_commands.shell_commands(
        plan(name), [(trigger(name), workflow)], {}
    )
    found = words(text)
    assert found[:4] == ['workflow', 'create', '-', '\n']
    read = plan_document.plan_from_definition(found[4])
    assert read.document == {
        key: one for key, one in plan(name).items() if key != 'pins'
    }
    end = found.index('\n', 5)
    armed = found[5:end]
    assert armed[:8] == [
        *('cron', 'trigger', 'create', '--utc'),
        *('--pattern', '30 2 * * *', '--count', '3'),
    ]
    assert armed[8:10] == ['t', workflow]
    assert json.loads(armed[10])['name'] == name
    assert armed[11] == '--params'
    env = {'armed_by': name, 'workflow_id': 'the-id'}
    assert json.loads(armed[12]) == {'env': env}
    assert found[end + 1 : end + 5] == [
        *('workflow', 'execution', 'create', workflow),
    ]
    assert json.loads(found[end + 5])['name'] == name


def test_a_workflow_that_is_there_is_not_made_again():
    text = cli_commands.shell_commands(plan('x'), [], {'gate': 'version: 2\n'})
    assert text.count('openstack workflow create') == 2
    assert words(text).count('create') == 2  # of the plan, of its run
