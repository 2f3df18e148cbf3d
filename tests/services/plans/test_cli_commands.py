# SPDX-License-Identifier: Apache-2.0
"""Copy as CLI: the real command line client makes the same plan."""

import os
from pathlib import Path
import subprocess
import sys

from cloud import settings
from protection_dashboard.api.mistral import client as mistral
from protection_dashboard.plans import cli_commands
from protection_dashboard.plans import document as plan_document
from protection_dashboard.plans import service as plan_service
from protection_dashboard.reports import project_status
from tests.support import factories

NAME = """it's "quoted" `id` $(id) \\ <% $.x %>\nWORKFLOW"""


def shell(text):
    """What a shell says that runs commands as demo."""
    programs = Path(sys.executable).parent
    environment = {
        **os.environ,
        'PATH': f'{programs}{os.pathsep}{os.environ["PATH"]}',
        'OS_AUTH_URL': settings.AUTH_URL,
        'OS_IDENTITY_API_VERSION': '3',
        'OS_USERNAME': 'demo',
        'OS_PASSWORD': settings.PASSWORD,
        'OS_PROJECT_NAME': 'demo',
        'OS_USER_DOMAIN_NAME': 'Default',
        'OS_PROJECT_DOMAIN_NAME': 'Default',
    }
    return subprocess.run(
        ['sh', '-e'],
        input=text,
        env=environment,
        text=True,
        capture_output=True,
    )


def test_the_command_line_client_makes_and_runs_the_same_plan(
    module_sandbox, demo
):
    schedule = plan_document.new_schedule('30 2 * * *', 'Europe/Berlin')
    document = module_sandbox.document(factories.volume(demo, 'scratch')) | {
        'name': NAME,
        'schedules': [schedule.document()],
    }
    done = shell(
        cli_commands.plan_commands(demo, plan_document.Plan(document))
    )
    assert done.returncode == 0, done.stderr
    state = project_status.get_plan_state(demo, document['id'])
    assert state.plan.document == document
    assert [(one.state, one.by) for one in state.schedules] == [
        ('armed', 'demo')
    ]
    run = module_sandbox.ended(state.last_run.id)
    assert (run.name, run.state) == (NAME, 'SUCCESS')
    plan_service.plan_delete(demo, state.plan)
    left = mistral.cron_trigger_list(demo)
    assert not [trigger for trigger in left if schedule.id in trigger.name]
