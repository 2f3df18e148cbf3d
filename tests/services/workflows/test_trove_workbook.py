# SPDX-License-Identifier: Apache-2.0
"""The operator's command that publishes the workbook."""

import dataclasses

from django.core import management
import pytest

from cloud import settings
from protection_dashboard import exceptions
from protection_dashboard.workflows import trove_workbook
from tests.support.trove_client import DatabaseClient

OLDER = '# older\n'
THEIRS = """
version: '2.0'
name: trove
workflows:
  report:
    tasks:
      nothing:
        action: std.noop
"""


def publish(capsys, user='admin'):
    """What the command says."""
    management.call_command(
        'protection_publish_workbook',
        f'--os-auth-url={settings.AUTH_URL}',
        f'--os-username={user}',
        f'--os-password={settings.PASSWORD}',
        f'--os-project-name={user}',
        '--os-user-domain-id=default',
        '--os-project-domain-id=default',
        f'--os-region-name={settings.REGION}',
    )
    return capsys.readouterr().out


@pytest.fixture
def workbooks(cloud_of):
    return DatabaseClient(cloud_of('admin')).mistral.workbooks


def test_it_creates_updates_or_leaves_it(capsys, workbooks, demo):
    flow = DatabaseClient(demo).mistral.workflows.get('trove.backup_create')
    workbooks.delete(trove_workbook.NAME)
    assert 'created' in publish(capsys)
    assert 'unchanged' in publish(capsys)
    workbooks.update(
        trove_workbook.workbook_definition() + OLDER, scope='public'
    )
    assert 'updated' in publish(capsys)
    assert 'unchanged' in publish(capsys)
    (book,) = workbooks.list(name=trove_workbook.NAME)
    assert (book.scope, book.definition) == (
        'public',
        trove_workbook.workbook_definition(),
    )
    now = DatabaseClient(demo).mistral.workflows.get('trove.backup_create')
    assert (now.id, now.scope) == (flow.id, 'public')


def test_it_takes_no_workbook_away_from_a_project(workbooks, alt, capsys):
    workbooks.update(
        trove_workbook.workbook_definition() + OLDER, scope='public'
    )
    theirs = DatabaseClient(alt).mistral
    theirs.workbooks.create(THEIRS)
    try:
        with pytest.raises(management.CommandError, match=alt.project_id):
            publish(capsys)
        assert THEIRS in [book.definition for book in theirs.workbooks.list()]
    finally:
        theirs.workbooks.delete(trove_workbook.NAME)
        theirs.workflows.delete('trove.report')
    publish(capsys)
    assert 'unchanged' in publish(capsys)


def test_it_takes_an_administrator(capsys, workbooks):
    workbooks.update(
        trove_workbook.workbook_definition() + OLDER, scope='public'
    )
    with pytest.raises(management.CommandError, match='Mistral'):
        publish(capsys, 'demo')
    assert 'updated' in publish(capsys)


def test_credentials_are_asked_for(monkeypatch):
    monkeypatch.delenv('OS_AUTH_URL', raising=False)
    with pytest.raises(management.CommandError, match='auth_url'):
        management.call_command('protection_publish_workbook')


def test_a_cloud_without_mistral_is_told(cloud_of):
    cloud = dataclasses.replace(cloud_of('admin'), catalog=[])
    with pytest.raises(exceptions.Absent):
        trove_workbook.publish_workbook(cloud)
