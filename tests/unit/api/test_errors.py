# SPDX-License-Identifier: Apache-2.0
"""What the clients raise, sorted into our few exceptions."""

from cinderclient import exceptions as cinder
from keystoneauth1 import exceptions as keystone
from keystoneauth1 import loading
from mistralclient.api import base as mistral
import pytest

from protection_dashboard import exceptions
from protection_dashboard.api import errors

SCHEMA_DUMP = 'Invalid DSL: x is required\n' + 'more\n' * 1400


@pytest.mark.parametrize(
    ('raised', 'kind', 'text'),
    [
        (
            cinder.NotFound(404, 'Volume v could not be found.'),
            exceptions.NotFound,
            'Service: Volume v could not be found.',
        ),
        (
            cinder.OverLimit(413, 'SnapshotLimitExceeded: (10) exceeded'),
            exceptions.Refused,
            'Service: SnapshotLimitExceeded: (10) exceeded',
        ),
        (
            cinder.Unauthorized(401, 'The request requires auth.'),
            exceptions.NotAuthorized,
            'Service: The request requires auth.',
        ),
        (
            mistral.APIException(400, SCHEMA_DUMP),
            exceptions.Refused,
            'Service: Invalid DSL: x is required',
        ),
        (
            mistral.APIException(404, '{"faultstring": "no such thing"}'),
            exceptions.NotFound,
            'Service: no such thing',
        ),
        (
            mistral.APIException(500, 'boom'),
            exceptions.Unavailable,
            'Service does not work at the moment (boom): try again, or ask '
            'your administrator.',
        ),
        (
            keystone.Forbidden('not you'),
            exceptions.Refused,
            'Service: not you',
        ),
        (
            keystone.AuthorizationFailure('No valid authentication'),
            exceptions.NotAuthorized,
            'Service: No valid authentication',
        ),
        (
            keystone.MissingAuthPlugin('No auth plugin'),
            exceptions.NotAuthorized,
            'Service: No auth plugin',
        ),
        (
            keystone.MissingRequiredOptions([loading.Opt('password')]),
            exceptions.Refused,
            'Service: Auth plugin requires parameters which were not given: '
            'password',
        ),
        (
            keystone.EmptyCatalog('The service catalog is empty.'),
            exceptions.Absent,
            'Service: The service catalog is empty.',
        ),
        (
            keystone.ConnectFailure('refused by http://secret-host/'),
            exceptions.Unavailable,
            'Service does not answer: try again, or ask your administrator '
            'whether it runs.',
        ),
    ],
)
def test_each_error_becomes_a_sentence(raised, kind, text):
    clients = (cinder.ClientException, mistral.APIException)
    with (
        pytest.raises(kind) as caught,
        errors.convert_errors('Service', *clients),
    ):
        raise raised
    assert str(caught.value) == text


def test_what_is_not_of_the_service_passes():
    with pytest.raises(KeyError), errors.convert_errors('Service'):
        raise KeyError('ours')


@pytest.mark.parametrize(
    ('text', 'line'),
    [
        (
            'Volume x could not be found. (HTTP 404) (Request-ID: req-1)',
            'Volume x could not be found.',
        ),
        (None, ''),
        ('a\nb', 'a'),
        ('x' * 400, 'x' * 300 + '…'),
    ],
)
def test_a_text_is_cut_to_its_first_line(text, line):
    assert errors.one_line(text) == line
