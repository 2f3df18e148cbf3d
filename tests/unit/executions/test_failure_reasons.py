# SPDX-License-Identifier: Apache-2.0
"""Short reasons for failures, from texts as the services write them."""

import pytest

from protection_dashboard.executions import failure_reasons
from protection_dashboard.executions import records as execution_records
from protection_dashboard.mistral_actions.action import LOST_LOGIN
from protection_dashboard.mistral_actions.run_trusts import EXPIRED_LOGIN

TEXTS = [
    (
        'Cinder: SnapshotLimitExceeded: Maximum number of snapshots allowed '
        '(10) exceeded',
        'quota exceeded for snapshots',
    ),
    (
        'Cinder: VolumeSizeExceedsAvailableQuota: Requested volume or '
        'snapshot exceeds allowed gigabytes quota. Requested 1G, quota is '
        '1000G and 1000G has been consumed.',
        'quota exceeded for gigabytes',
    ),
    (
        "Cinder: VolumeLimitExceeded: Maximum number of volumes allowed (10) "
        "exceeded for quota 'volumes'.",
        'quota exceeded for volumes',
    ),
    (
        'Manila: SnapshotLimitExceeded: Maximum number of snapshots allowed '
        '(50) either per project/user or share type quota is exceeded.',
        'quota exceeded for snapshots',
    ),
    (
        'Manila: Requested snapshot exceeds allowed project/user or share '
        'type gigabytes quota.',
        'quota exceeded for gigabytes',
    ),
    (
        "Trove: Quota exceeded for resources: ['backups'].",
        'quota exceeded for backups',
    ),
    (
        'The volume is attached to a server and Force is off.',
        'in use, and Force is off',
    ),
    (
        'Cinder: Invalid volume: Volume 1 status must be available, but '
        'current status is: in-use.',
        'in use, and Force is off',
    ),
    ('The volume no longer exists.', 'it no longer exists'),
    ('It was deleted meanwhile.', 'it no longer exists'),
    (
        'Cinder: Volume 1 could not be found.',
        'it no longer exists',
    ),
    (
        'Cinder: Snapshot f47ac10b-58cc could not be found.',
        'it no longer exists',
    ),
    (
        'Trove: Resource f47ac10b-58cc cannot be found.',
        'it no longer exists',
    ),
    ('Manila: The resource could not be found.', 'it no longer exists'),
    ('Trove: database instance not found.', 'it no longer exists'),
    ('Freezer: Not Found', 'it no longer exists'),
    (
        'Cinder asks to be called less often (This request was rate-limited.)'
        ': try again in 3 seconds.',
        'Cinder was called too often',
    ),
    (
        'Cinder gave an answer that cannot be read: try again, or ask your '
        'administrator what stands before it.',
        'Cinder does not work',
    ),
    (
        "Cinder: Policy doesn't allow volume:create_snapshot to be performed.",
        'not allowed: the role may be lost',
    ),
    (
        'Keystone: The request you have made requires authentication.',
        'not allowed: the role may be lost',
    ),
    (
        'Cinder does not answer: try again, or ask your administrator '
        'whether it runs.',
        'Cinder does not work',
    ),
    (
        'Manila does not work at the moment (The server is currently '
        'unavailable.): try again, or ask your administrator.',
        'Manila does not work',
    ),
    (
        'It did not finish within 24 hours: the run was ended. Cinder does '
        'not answer: try again.',
        'not finished within 24 hours',
    ),
    (
        "The volume's status is error: it cannot be protected in this state.",
        'its status is error',
    ),
    (
        "The recovery point's status is error: only an available one can be "
        'restored.',
        'its status is error',
    ),
    (
        'Cinder reports the status error.',
        'the service reports the status error',
    ),
    ('Its status is error.', 'the service reports the status error'),
    (
        'The protection shields is not installed here: ask your '
        'administrator for it.',
        'the method shields is not installed',
    ),
    (
        "The run lost this step: see the log of Mistral's executor.",
        'the run lost this step',
    ),
    (
        'Lost: nothing of this run moved after 2026-11-28 21:24 UTC. What had '
        'been started goes on in its service. Ended by ann.',
        'Mistral lost the run in the middle',
    ),
    (
        'Lost: nothing of this run moved after 2026-11-28 21:24 UTC. 18 of 20 '
        'resources have their copy, 2 more had been started. What had been '
        'started goes on in its service. Ended by ann.',
        'Mistral lost the run after 2026-11-28 21:24 UTC; 18 of 20 resources '
        'have their copy',
    ),
    (LOST_LOGIN, 'Mistral lost the run in the middle'),
    (EXPIRED_LOGIN, 'the login that started the run has expired'),
    ("Heartbeat wasn't received.", 'Mistral lost the run in the middle'),
    (
        'The later backup b2 is an increment of it: delete that one first.',
        'another recovery point builds on it',
    ),
    ('Something 100% new happened.', 'Something 100% new happened.'),
    ('', ''),
]


@pytest.mark.parametrize(('text', 'said'), TEXTS)
def test_a_text_of_a_service_becomes_a_few_words(text, said):
    assert str(failure_reasons.failure_reason(text).words) == said


@pytest.mark.parametrize(('text', 'said'), TEXTS[:-2])
def test_a_run_s_line_says_the_same(text, said):
    line = f'2 of 8 failed. web: data: {text}'
    assert str(failure_reasons.execution_failure_reason(line).words) == said


#: a service cannot find something else: the resource is there
NOT_IT = [
    'Cinder: Volume type f47ac10b-58cc could not be found.',
    'Cinder: Volume type with name gold1 could not be found.',
    'Cinder: Service f47ac10b-58cc could not be found.',
    'Manila: Share type f47ac10b-58cc could not be found.',
    'Manila: Share network f47ac10b-58cc could not be found.',
    'Manila: Share server f47ac10b-58cc could not be found.',
    'Manila: Availability zone nova1 could not be found.',
    'Nova: Flavor m1.tiny could not be found.',
    'Neutron: Security group f47ac10b-58cc does not exist',
    "Trove: Datastore version '8.0' cannot be found.",
    # a flavor
    'Trove: Resource 1 cannot be found.',
    'Trove: Resource m1.tiny cannot be found.',
    'Keystone: Could not find trust: f47ac10b58cc.',
    'Mistral: Workflow not found [workflow_identifier=f47ac10b]',
    'Cinder: Not Found',
]


@pytest.mark.parametrize('text', NOT_IT)
def test_what_is_not_of_the_resource_is_told_as_it_is(text):
    assert failure_reasons.failure_reason(text).kind == failure_reasons.OTHER
    assert str(failure_reasons.failure_reason(text).words) == text
    assert (
        failure_reasons.execution_failure_reason(
            f'2 of 8 failed. web: {text}'
        ).kind
        == failure_reasons.OTHER
    )


WRAPPED = [
    (
        "The action raised an exception [action=<protection_dashboard."
        "end_actions.Notify object at 0x7f42d31b5c10>, action_ex_id=1, msg="
        "'Trove: Quota exceeded for resources: ['backups'].']",
        "Trove: Quota exceeded for resources: ['backups'].",
    ),
    (
        "1 of 2 failed. web: The action raised an exception [action=<X object "
        "at 0x7f42>, action_ex_id=1, msg='Cinder: no\nroom']",
        '1 of 2 failed. web: Cinder: no',
    ),
    # cut off before the text
    (
        "The action raised an exception [action=<protection_dashboard."
        "end_actions.Notify object at 0x7f42",
        'The action raised an exception.',
    ),
    (
        "Failed to run action [action_ex_id=1, action_cls='<class 'X'>', "
        "attributes='{}', params='{u'a': 1}']\n Cinder does not answer.",
        'Cinder does not answer.',
    ),
    (
        'Failed to complete action due to a Mistral exception [action=<X '
        'object at 0x7f42>, action_ex_id=1]\n Field size limit exceeded '
        '[class=TaskExecution, field=input, size=80KB, limit=60KB]',
        'Field size limit exceeded [class=TaskExecution, field=input, '
        'size=80KB, limit=60KB]',
    ),
    (
        "Failed to run task [error=Failed to evaluate: $.x, wf=a, task=b]:\n"
        "Traceback (most recent call last):\n  File 'x'",
        'Failed to evaluate: $.x',
    ),
    (
        'Failed to check and complete [wf_ex_id=1, wf_name=a]: Database is '
        'locked\nTraceback (most recent call last):',
        'Database is locked',
    ),
    (
        'Failure caused by error in tasks: protect\n\n  protect [task_ex_id=0]'
        ' -> One or more actions had failed.\n    [action_ex_id=1, idx=0]: '
        'Keystone does not answer: try again.\n    [action_ex_id=2, idx=1]: x',
        'Keystone does not answer: try again.',
    ),
    (
        'Failure caused by error in tasks: poll\n\n  poll [task_ex_id=0] -> '
        'Failure caused by error in tasks: ask\n\n  ask [task_ex_id=1] -> '
        'Cinder does not answer.\n    [action_ex_id=2, idx=0]: Cinder does',
        'Cinder does not answer.',
    ),
    (
        '2 of 20 failed. : The run lost this step.',
        '2 of 20 failed. The run lost this step.',
    ),
    (': The run lost this step.', 'The run lost this step.'),
    ('No <a.b.C object at 0x7f42d3> is there.', 'No an object is there.'),
    # a person's text is not Mistral's
    ('1 of 2 failed. a -> b: no quota', '1 of 2 failed. a -> b: no quota'),
    ("db msg='x']: no quota", "db msg='x']: no quota"),
    ('', ''),
]


@pytest.mark.parametrize(('text', 'line'), WRAPPED)
def test_what_mistral_writes_around_it_is_left_out(text, line):
    assert failure_reasons.plain_text(text) == line
    assert execution_records.one_line_reason(text) == line


@pytest.mark.parametrize(('text', 'line'), WRAPPED)
def test_no_reason_names_an_object(text, line):
    words = str(failure_reasons.failure_reason(text).words)
    assert '0x' not in words
    assert ' object at ' not in words
    assert '0x' not in failure_reasons.without_addresses(text)
