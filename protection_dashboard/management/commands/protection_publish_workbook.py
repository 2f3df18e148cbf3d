# SPDX-License-Identifier: Apache-2.0
"""Publishes the workbook that the database client's schedules run."""

import argparse
import os
import sys

from django.core.management import base
from keystoneauth1 import exceptions as keystone
from keystoneauth1 import loading

from protection_dashboard import exceptions
from protection_dashboard import workbook
from protection_dashboard.api import cloud as clouds


class Command(base.BaseCommand):
    help = (
        "Publish Mistral's workbook 'trove' for all projects: schedules of "
        "database backups that people make with the database client run its "
        "workflow. Credentials of an administrator come from the options or "
        "from OS_AUTH_URL, OS_USERNAME, OS_PASSWORD and so on."
    )
    requires_system_checks = []

    def add_arguments(self, parser):
        loading.register_auth_argparse_arguments(
            parser, sys.argv[1:], default='password'
        )
        loading.register_session_argparse_arguments(parser)
        parser.add_argument(
            '--os-region-name', default=os.environ.get('OS_REGION_NAME')
        )

    def handle(self, *args, **options):
        try:
            done = workbook.publish(_cloud(argparse.Namespace(**options)))
        except (keystone.ClientException, exceptions.ProtectionError) as error:
            raise base.CommandError(str(error)) from error
        self.stdout.write(f'Workbook {workbook.NAME}, public: {done}.')


def _cloud(options):
    auth = loading.load_auth_from_argparse_arguments(options)
    session = loading.load_session_from_argparse_arguments(options, auth=auth)
    access = auth.get_access(session)
    return clouds.Cloud(
        token=access.auth_token,
        project_id=access.project_id,
        catalog=access.service_catalog.catalog,
        region=options.os_region_name,
        admin=True,
        verify=session.verify,
    )
