# SPDX-License-Identifier: Apache-2.0
"""Publish the workbook that schedules of the database client run."""

from django.core.management import base

from protection_dashboard.management import credentials
from protection_dashboard.workflows import trove_workbook


class Command(base.BaseCommand):
    help = (
        "Publish Mistral's workbook 'trove' for all projects: schedules of "
        "database backups that people make with the database client run its "
        "workflow. Credentials of an administrator come from the options or "
        "from OS_AUTH_URL, OS_USERNAME, OS_PASSWORD and so on."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser):
        credentials.add_arguments(parser)
        parser.add_argument(
            '--check',
            action='store_true',
            help="Change nothing; exit status 1 unless it is as it should be.",
        )

    def handle(self, *args, **options):
        with credentials.refusals():
            cloud = credentials.cloud(options)
            if options['check']:
                done = trove_workbook.needed_change(cloud)
            else:
                done = trove_workbook.publish_workbook(cloud)
        if options['check'] and done != trove_workbook.UNCHANGED:
            raise base.CommandError(
                f"Workbook {trove_workbook.NAME} would be {done}."
            )
        self.stdout.write(f'Workbook {trove_workbook.NAME}, public: {done}.')
