# SPDX-License-Identifier: Apache-2.0
"""Credentials of the operator who runs a command.

They are keystoneauth's options (``--os-auth-url``) or environment variables
(``OS_AUTH_URL``).
"""

import argparse
import contextlib
import os
import sys

from django.core.management import base
from keystoneauth1 import exceptions as keystone
from keystoneauth1 import loading

from protection_dashboard import exceptions
from protection_dashboard import settings as operator
from protection_dashboard.api import cloud as clouds
from protection_dashboard.ui import request_user


def add_arguments(parser):
    """Add the options of the login and of the connection."""
    loading.register_auth_argparse_arguments(
        parser, sys.argv[1:], default='password'
    )
    loading.register_session_argparse_arguments(parser)
    parser.add_argument(
        '--os-region-name', default=os.environ.get('OS_REGION_NAME')
    )


def cloud(options):
    """The Cloud for the credentials in a command's ``options``."""
    given = argparse.Namespace(**options)
    auth = loading.load_auth_from_argparse_arguments(given)
    session = loading.load_session_from_argparse_arguments(given, auth=auth)
    access = auth.get_access(session)
    return clouds.Cloud(
        token=access.auth_token,
        project_id=access.project_id,
        project_name=access.project_name or '',
        user=access.username or '',
        catalog=access.service_catalog.catalog,
        region=given.os_region_name,
        admin=True,
        verify=session.verify,
        timeout=request_user.operator_timeout(),
        settings=operator.Settings.from_settings(
            request_user.operator_setting
        ),
    )


@contextlib.contextmanager
def refusals(returncode=1):
    """Context manager: an error of the cloud becomes a CommandError."""
    try:
        yield
    except (keystone.ClientException, exceptions.ProtectionError) as error:
        raise base.CommandError(str(error), returncode=returncode) from error
