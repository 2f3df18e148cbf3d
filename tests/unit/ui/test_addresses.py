# SPDX-License-Identifier: Apache-2.0
"""Where a catalog says that a service is, however odd the catalog."""

import pytest

from protection_dashboard import exceptions
from protection_dashboard.api import cloud as clouds
from protection_dashboard.api.mistral import client as mistral
from protection_dashboard.api.mistral import executions as mistral_executions
from tests.support import gateways

MANILA = 'http://127.0.0.1:8786/v2'
ELSEWHERE = gateways.endpoint(MANILA, region='R1')
HERE = gateways.endpoint(MANILA, region='R2')
INSIDE = gateways.endpoint(MANILA, region='R2', interface='admin')


def cloud(*services, region='R2', **facts):
    """A Cloud with ``(type, endpoints)`` in its catalog."""
    catalog = [
        {'type': kind, 'name': kind, 'endpoints': found}
        for kind, found in services
    ]
    return clouds.Cloud(
        token='t', project_id='p', catalog=catalog, region=region, **facts
    )


@pytest.mark.parametrize('found', [[ELSEWHERE], [INSIDE], [], None])
@pytest.mark.parametrize(
    ('wanted', 'kinds'),
    [
        ('shared-file-system', ['sharev2']),
        ('shared-file-system', ['share', 'sharev2']),
        ('shared-file-system', ['sharev2', 'shared-file-system']),
        ('block-storage', ['volumev2', 'volumev3']),
        ('block-storage', ['volumev3', 'block-storage']),
        ('block-storage', ['volume', 'volumev2', 'volumev3']),
        ('workflowv2', ['workflow', 'workflowv2']),
        ('ours', ['ours', 'ours']),
    ],
)
def test_a_service_that_is_elsewhere_is_absent(wanted, kinds, found):
    looked = cloud(*((kind, found) for kind in kinds))
    assert not looked.has(wanted)
    with pytest.raises(exceptions.Absent) as caught:
        looked.url(wanted)
    assert str(caught.value) == (
        f'The service catalog has no {wanted} service in this region: ask '
        'your administrator for it.'
    )


def test_the_type_that_has_an_endpoint_here_is_taken():
    looked = cloud(('sharev2', [ELSEWHERE, HERE]), ('share', [ELSEWHERE]))
    assert looked.url('shared-file-system') == MANILA


@pytest.mark.parametrize(
    'odd',
    [
        {},
        {'url': None, 'region': 'R2', 'interface': 'public'},
        {'url': '', 'region': 'R2', 'interface': 'public'},
        {'url': MANILA, 'region': None, 'interface': 'public'},
        {'url': MANILA, 'interface': 'public'},
        {'url': MANILA, 'region': 'R2', 'interface': None},
        {'url': MANILA, 'region': 'R2'},
    ],
)
def test_an_odd_endpoint_counts_for_nothing(odd):
    assert not cloud(('sharev2', [odd])).has('shared-file-system')
    assert cloud(('sharev2', [odd, HERE])).has('shared-file-system')


def test_a_service_without_a_type_is_passed_over():
    odd = {'name': 'manila', 'endpoints': [HERE]}
    looked = cloud(('sharev2', [HERE]))
    looked.catalog.insert(0, odd)
    looked.catalog.insert(0, {**odd, 'type': None})
    assert looked.has('shared-file-system')
    assert not looked.has('compute')


def test_without_a_region_any_is_right():
    assert cloud(('sharev2', [HERE]), region=None).has('shared-file-system')
    odd = {'url': MANILA, 'region': None, 'interface': 'public'}
    assert cloud(('sharev2', [odd]), region='').has('shared-file-system')


def test_horizon_s_names_of_interfaces_are_understood():
    looked = cloud(('sharev2', [HERE]), interfaces=('publicURL',))
    assert looked.has('shared-file-system')
    looked = cloud(('sharev2', [HERE]), interfaces=('internalURL',))
    assert not looked.has('shared-file-system')


@pytest.mark.parametrize(
    ('url', 'tidy'),
    [
        ('http://h:8989/v2', 'http://h:8989/v2'),
        ('http://h:8989/v2/', 'http://h:8989/v2'),
        ('http://h:8989/v2//', 'http://h:8989/v2'),
        ('http://h//workflow//v2/', 'http://h/workflow/v2'),
        ('https://h/', 'https://h'),
    ],
)
def test_an_address_has_no_slash_too_many(url, tidy):
    looked = cloud(('workflowv2', [gateways.endpoint(url, region='R2')]))
    assert looked.url('workflowv2') == tidy


@pytest.mark.parametrize('end', ['', '/', '//'])
def test_a_slash_at_mistral_s_endpoint_makes_no_difference(end):
    rows = b'{"workflows": [], "executions": []}'
    with gateways.serving(lambda _asked: gateways.Answer(200, rows)) as one:
        looked = gateways.cloud(f'{one.url}/workflow/v2{end}')
        mistral.workflow_list(looked)
        mistral_executions.execution_rows(looked)
        clouds.check_endpoint(looked, mistral.SERVICE_TYPE, 'Mistral')
    paths = [asked.partition('?')[0] for asked in one.asked]
    assert paths == [
        'GET /workflow/v2/workflows',
        'GET /workflow/v2/executions',
        'GET /workflow/',
    ]


@pytest.mark.parametrize(
    ('status', 'reason'), [(401, ''), (404, ''), (300, ''), (503, 'answers')]
)
def test_health_takes_any_answer_but_a_failure(status, reason):
    answer = gateways.Answer(status, b'{"error": null}')
    with gateways.serving(lambda _asked: answer) as one:
        looked = gateways.cloud(one.url)
        if not reason:
            clouds.check_endpoint(looked, mistral.SERVICE_TYPE, 'Mistral')
            return
        with pytest.raises(exceptions.Unavailable) as caught:
            clouds.check_endpoint(looked, mistral.SERVICE_TYPE, 'Mistral')
    assert str(caught.value) == 'Mistral answers 503 Service Unavailable.'
