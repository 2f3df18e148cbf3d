# SPDX-License-Identifier: Apache-2.0
"""Whatever answers in a service's place, each client says a sentence."""

import json
import re

from hypothesis import given
from hypothesis import strategies
from keystoneauth1 import loading
from oslo_config import cfg
import pytest

from protection_dashboard import exceptions
from protection_dashboard.api import cinder
from protection_dashboard.api import freezer
from protection_dashboard.api import glance
from protection_dashboard.api import keystone
from protection_dashboard.api import manila
from protection_dashboard.api import neutron
from protection_dashboard.api import nova
from protection_dashboard.api import trove
from protection_dashboard.api.mistral import client as mistral
from protection_dashboard.api.mistral import (
    environments as mistral_environments,
)
from protection_dashboard.api.mistral import executions as mistral_executions
from tests.support import gateways

ID = 'f47ac10b-58cc-4372-a567-0e02b2c3d479'


def trust(cloud):
    options = cfg.ConfigOpts()
    group = 'keystone_authtoken'
    loading.register_auth_conf_options(options, group)
    options.register_opts(
        loading.get_auth_plugin_conf_options('v3password'), group
    )
    options.set_override('auth_type', 'v3password', group)
    options.set_override('auth_url', f'{cloud.url("identity")}/v3', group)
    for name in ('username', 'password', 'user_domain_id'):
        options.set_override(name, 'mistral', group)
    options([])
    return keystone.trust_token(options, ID, verify=True)


#: name of a service: what is asked of it
CALLS = {
    'Cinder list': cinder.volume_list,
    'Cinder page': lambda c: cinder.snapshot_list(c, limit=5),
    'Cinder show': lambda c: cinder.snapshot_get(c, ID),
    'Cinder create': lambda c: cinder.snapshot_create(c, ID, name='n'),
    'Cinder limits': cinder.limits_get,
    'Cinder types': cinder.volume_type_names,
    'Nova list': nova.server_list,
    'Nova show': lambda c: nova.server_get(c, ID),
    'Nova ports': lambda c: nova.server_network_ids(c, ID),
    'Nova flavors': nova.flavor_list,
    'Trove list': trove.instance_list,
    'Trove show': lambda c: trove.backup_get(c, ID),
    'Trove create': lambda c: trove.backup_create(c, 'n', ID),
    'Trove limits': trove.limits_get,
    'Manila list': manila.share_list,
    'Manila show': lambda c: manila.snapshot_get(c, ID),
    'Manila create': lambda c: manila.snapshot_create(c, ID, name='n'),
    'Manila limits': manila.limits_get,
    'Mistral list': mistral.workflow_list,
    'Mistral page': lambda c: mistral.execution_list(c, 5),
    'Mistral show': lambda c: mistral.execution_get(c, ID),
    'Mistral create': lambda c: mistral.workflow_create(c, 'w: {}'),
    'Mistral update': lambda c: mistral.execution_cancel(c, ID),
    'Mistral tasks': lambda c: mistral_executions.task_results(
        c, ID, ['poll']
    ),
    'Mistral rows': mistral_executions.execution_rows,
    'Mistral environment': lambda c: (
        mistral_environments.environment_variables(c, 'e')
    ),
    'Freezer list': freezer.job_list,
    'Freezer show': lambda c: freezer.backup_get(c, 'b'),
    'Freezer create': lambda c: freezer.backup_create(c, {}),
    'Freezer clients': freezer.client_list,
    'Glance list': glance.image_list,
    'Glance names': glance.image_names,
    'Glance show': lambda c: glance.image_get(c, ID),
    'Neutron list': neutron.network_list,
    'Neutron names': neutron.network_names,
    'Neutron show': lambda c: neutron.network_get(c, ID),
    'Keystone catalog': lambda c: keystone.catalog_get(
        c.url('identity'), 't', verify=True
    ),
    'Keystone projects': keystone.project_list,
    'Keystone roles': keystone.project_roles,
    'Keystone trusts': keystone.lasting_trusts,
    'Keystone users': keystone.user_list,
    'Keystone trust': trust,
}
#: keystoneauth reads these answers itself, and not all of them
OWN = 'Keystone trust'
#: what looks for something in the answer; others take any object as it is
LISTS = [
    name
    for name in CALLS
    if name not in (OWN, 'Mistral update', 'Freezer show', 'Glance show')
]
DELETIONS = {
    'Cinder': lambda c: cinder.snapshot_delete(c, ID),
    'Trove': lambda c: trove.backup_delete(c, ID),
    'Manila': lambda c: manila.snapshot_delete(c, ID),
    'Mistral': lambda c: mistral.workflow_delete(c, ID),
    'Freezer': lambda c: freezer.job_delete(c, 'j'),
}
THROTTLED = 'The throttling threshold has been reached'
HTML = b"""<!DOCTYPE html>
<html>
 <head><style>p {color: red}</style><title>Too &amp; busy</title></head>
 <body><center><h1>Too busy</h1></center><hr>nginx</body>
</html>
"""
#: name: (content type, body, what a sentence has of it; '': the status' own)
BODIES = {
    'error_msg': (
        'application/json',
        json.dumps({'error_msg': THROTTLED, 'error_code': 'X.0308'}).encode(),
        THROTTLED,
    ),
    'error': ('application/json', b'{"error": "slow down"}', 'slow down'),
    'null error': ('application/json', b'{"error": null}', ''),
    'numbers': ('application/json', b'{"error": {"code": 7}}', ''),
    'list': ('application/json', b'["slow", "down"]', 'slow'),
    'lists': ('application/json', b'[[], [{"detail": "no"}]]', 'no'),
    'errors': ('application/json', b'{"errors": [null, {"a": []}]}', ''),
    'nothing': ('application/json', b'null', ''),
    'number': ('application/json', b'12', ''),
    'bytes as text': ('application/json', b'{"message": "b\'\'"}', ''),
    'cut off': ('application/json', b'{"error": {"mess', ''),
    'deep': ('application/json', b'[' * 100_000, ''),
    'problem': (
        'application/problem+json',
        b'{"type": "about:blank", "title": "No", "detail": "Too many."}',
        'Too many.',
    ),
    'faultstring': (
        'application/json',
        b'{"debuginfo": null, "faultstring": "no such thing"}',
        'no such thing',
    ),
    'webob': (
        'application/json',
        b'{"code": "409 Conflict", "title": "Conflict", '
        b'"message": "In use.<br /><br />\\n\\n\\n"}',
        'In use.',
    ),
    'html': ('text/html', HTML, 'Too & busy'),
    'html without a title': ('', b'<h1>No</h1>\n<p>never', 'No'),
    'html as json': ('application/json', HTML, 'Too & busy'),
    'text': ('text/plain', b'upstream timed out\nbye', 'upstream timed out'),
    'bytes': ('application/octet-stream', bytes(range(256)), ''),
    'empty': ('', b'', ''),
}
SORTS = {
    400: exceptions.Refused,
    401: exceptions.NotAuthorized,
    403: exceptions.Refused,
    404: exceptions.NotFound,
    408: exceptions.Unavailable,
    409: exceptions.Refused,
    413: exceptions.Refused,
    418: exceptions.Refused,
    425: exceptions.Unavailable,
    429: exceptions.Busy,
    444: exceptions.Refused,
    500: exceptions.Unavailable,
    502: exceptions.Unavailable,
    503: exceptions.Unavailable,
    504: exceptions.Unavailable,
    599: exceptions.Unavailable,
}
#: what nobody wants to read: bytes, tags, objects
_RAW = re.compile(r"\bb['\"]|</?[a-z!]+[ >/]|object at 0x|^None|: None|\(\)")


@pytest.fixture(scope='module')
def gateway():
    with gateways.serving(lambda _asked: gateway.answers) as gateway:
        yield gateway


@pytest.fixture(scope='module')
def cloud(gateway):
    return gateways.cloud(gateway.url)


def said(call, cloud, kinds=exceptions.ProtectionError):
    """The sentence that a call ends with."""
    with pytest.raises(kinds) as caught:
        call(cloud)
    return caught.value


@pytest.mark.parametrize('body', BODIES)
@pytest.mark.parametrize('name', [*CALLS, *DELETIONS])
def test_an_error_is_a_sentence(gateway, cloud, name, body):
    call = {**CALLS, **DELETIONS}[name]
    kind, content, text = BODIES[body]
    service = name.partition(' ')[0]
    statuses = SORTS if body == 'error_msg' else (404, 429, 503)
    for status in statuses:
        sort = SORTS[status]
        gateway.answers = gateways.Answer(status, content, kind)
        error = said(call, cloud)
        if name == OWN and body in ('errors', 'deep'):
            sort = exceptions.Unavailable
        assert type(error) is sort, (status, error)
        assert str(error).startswith(service)
        assert text in str(error), status
        assert not _RAW.search(str(error)), str(error)


@pytest.mark.parametrize('body', BODIES)
@pytest.mark.parametrize('name', LISTS)
def test_an_answer_that_cannot_be_read_is_told(gateway, cloud, name, body):
    kind, content, _text = BODIES[body]
    for status in (200, 201, 204, 300, 304):
        content = b'' if status in (204, 304) else content
        gateway.answers = gateways.Answer(status, content, kind)
        error = said(CALLS[name], cloud, exceptions.Unavailable)
        assert str(error).startswith(name.partition(' ')[0])
        assert 'answer that cannot be read' in str(error)


@pytest.mark.parametrize(
    'headers', [{'Content-Encoding': 'gzip'}, {'Transfer-Encoding': 'chunked'}]
)
@pytest.mark.parametrize('name', CALLS)
def test_an_answer_that_breaks_off_is_told_without_its_address(
    gateway, cloud, name, headers
):
    gateway.answers = gateways.Answer(200, b'zz\r\n{"a', headers=headers)
    error = said(CALLS[name], cloud, exceptions.Unavailable)
    assert str(error).startswith(name.partition(' ')[0])
    assert 'answer that cannot be read' in str(error)
    assert 'http' not in str(error)


@pytest.mark.parametrize(
    ('after', 'when'),
    [
        ('3600', 'in 3600 seconds.'),
        ('3601', 'later.'),
        ('9' * 30, 'later.'),
        ('Fri, 31 Dec 9999 23:59:59 GMT', 'later.'),
    ],
)
def test_nobody_is_told_to_wait_for_years(gateway, cloud, after, when):
    gateway.answers = gateways.Answer(429, headers={'Retry-After': after})
    assert str(said(cinder.volume_list, cloud)).endswith(f'try again {when}')


def test_a_defect_of_ours_is_none_of_an_answer():
    with pytest.raises(AttributeError):
        cinder.volume_list('no cloud')
    with pytest.raises(AttributeError):
        mistral_executions.execution_rows('no cloud')


def test_a_call_that_no_client_knows_is_a_defect(gateway, cloud):
    gateway.answers = gateways.Answer(200, b'{"volumes": []}')
    cinder.volume_list(cloud)
    with pytest.raises(TypeError, match='unheard'):
        cinder.volume_create(cloud, 1, unheard=1)


@pytest.mark.parametrize(
    ('name', 'body'),
    [
        ('Cinder list', {'volumes': None}),
        ('Cinder list', {'volumes': ['x']}),
        ('Cinder show', {'snapshot': None}),
        ('Cinder limits', {'limits': []}),
        ('Nova list', {'servers': 7}),
        ('Trove list', {'instances': [[]]}),
        ('Manila list', {'shares': 'x'}),
        ('Mistral list', {'workflows': None}),
        ('Mistral list', {'workflows': [{}]}),
        ('Mistral tasks', {'tasks': [{}]}),
        ('Mistral rows', {'executions': None}),
        ('Freezer list', {'jobs': [None]}),
        ('Glance list', {'images': None}),
        ('Glance names', {'images': [{}]}),
        ('Neutron list', {'networks': None}),
        ('Neutron names', {'networks': [{}]}),
        ('Keystone catalog', {'catalog2': []}),
        ('Keystone projects', {'projects2': None}),
        ('Keystone roles', {'role_assignments': [None]}),
        ('Keystone trust', {'token': None}),
        ('Keystone trust', ['token']),
        ('Freezer show', ['b']),
        ('Glance show', 'x'),
    ],
)
def test_an_answer_of_another_shape_is_told(gateway, cloud, name, body):
    gateway.answers = gateways.Answer(200, json.dumps(body).encode())
    error = said(CALLS[name], cloud, exceptions.Unavailable)
    assert 'answer that cannot be read' in str(error)


_JSON = strategies.recursive(
    strategies.none()
    | strategies.booleans()
    | strategies.floats()
    | strategies.integers()
    | strategies.text(),
    lambda inner: (
        strategies.lists(inner, max_size=3)
        | strategies.dictionaries(
            strategies.text()
            | strategies.sampled_from(
                ['error', 'errors', 'message', 'title', 'detail', 'code']
            ),
            inner,
            max_size=3,
        )
    ),
    max_leaves=6,
)


@given(
    name=strategies.sampled_from(sorted(CALLS)),
    body=_JSON.map(lambda told: json.dumps(told).encode())
    | strategies.binary(max_size=40),
    kind=strategies.sampled_from(['application/json', 'text/html', 'x', '']),
    status=strategies.integers(400, 599),
    after=strategies.sampled_from(['', '3', '-1', '1e3', 'x', '9' * 5000]),
)
def test_any_error_is_one_of_ours(
    gateway, cloud, name, body, kind, status, after
):
    headers = {'Retry-After': after} if after else {}
    gateway.answers = gateways.Answer(status, body, kind, headers)
    line = str(said(CALLS[name], cloud))
    assert line.isprintable()
    assert line.startswith(name.partition(' ')[0])


@pytest.mark.parametrize(
    ('status', 'after', 'sort', 'seconds'),
    [
        (429, '3', exceptions.Busy, 3),
        (429, '1', exceptions.Busy, 1),
        (429, '', exceptions.Busy, 0),
        (429, 'soon', exceptions.Busy, 0),
        (429, 'Fri, 31 Dec 1999 23:59:59 GMT', exceptions.Busy, 0),
        # the services' own rate limits
        (413, '17', exceptions.Busy, 17),
        # their quotas
        (413, '0', exceptions.Refused, 0),
        (413, '', exceptions.Refused, 0),
        (403, '5', exceptions.Refused, 0),
    ],
)
@pytest.mark.parametrize('name', [*CALLS, *DELETIONS])
def test_a_rate_limit_is_no_refusal(
    gateway, cloud, name, status, after, sort, seconds
):
    body = b'{"overLimit": {"message": "This request was rate-limited."}}'
    headers = {'Retry-After': after} if after else {}
    gateway.answers = gateways.Answer(status, body, headers=headers)
    error = said({**CALLS, **DELETIONS}[name], cloud)
    assert type(error) is sort
    assert getattr(error, 'retry_after', 0) == seconds
    assert 'This request was rate-limited.' in str(error)
    named = {1: 'again in 1 second.', 3: 'again in 3 seconds.'}
    assert named.get(seconds, '') in str(error)
