# SPDX-License-Identifier: Apache-2.0
"""Health tells whether Mistral's policy keeps readers from writing."""

import shutil

import pytest

from cloud import users as cloud_users
from cloud.services.keystone.accounts import Identity
from cloud.services.mistral.service import Mistral
from cloud.supervisor import control
from protection_dashboard import exceptions
from protection_dashboard.api import keystone
from protection_dashboard.api.mistral import all_projects
from protection_dashboard.api.mistral import write_attempts
from protection_dashboard.reports import health
from protection_dashboard.reports.health import mistral_policy


@pytest.fixture(scope='module')
def admin(cloud_of):
    return cloud_of('admin')


def told(cloud):
    (found,) = mistral_policy.check_mistral_policy(cloud)
    return found


@pytest.fixture
def own_rules_of_mistral(running_cloud):
    """Mistral with its own rule in place of ours, which it reads at start."""
    mistral = Mistral()
    folder = mistral.state / 'policy.d'
    folder.mkdir()
    own = '"admin_or_member": "rule:admin_or_owner"'
    (folder / 'test.yaml').write_text(own)
    _restart(mistral)
    yield
    shutil.rmtree(folder)
    _restart(mistral)


def _restart(service):
    control.stop(service)
    control.start(service)


def counts(cloud):
    """How many objects there are of what is tried."""
    listed = (
        all_projects.workflow_list(cloud, 1000),
        all_projects.cron_trigger_list(cloud, 1000),
        all_projects.environment_list(cloud, ''),
    )
    return [len(found) for found in listed]


def test_with_the_policy_that_is_shipped_a_reader_is_refused(admin):
    before = counts(admin)
    found = told(admin)
    assert found.state == health.OK
    assert "refuses to change workflows, workbooks" in str(found.message)
    assert counts(admin) == before


def test_without_it_health_says_what_a_reader_can_change(
    own_rules_of_mistral, admin
):
    before = counts(admin)
    found = told(admin)
    assert counts(admin) == before
    assert found.state == health.WARNING
    assert str(found.message) == (
        "With the role reader alone one can change workflows, workbooks, "
        "actions, executions, action executions, cron triggers and "
        "environments."
    )
    assert "policy/mistral.yaml" in str(found.advice)


def test_the_trial_has_the_role_reader_alone(admin):
    with keystone.cloud_with_one_role(admin, 'reader') as reader:
        assert (reader.admin, reader.roles) == (False, {'reader'})
        assert reader.token != admin.token
        with pytest.raises(exceptions.ProtectionError):
            keystone.project_list(reader)
        # as for a login that is itself by a trust
        found = told(reader)
    assert found.state == health.WARNING
    assert str(found.message).startswith("Unknown, as it could not be tried")


def test_no_trust_stays(admin):
    before = trusts_to_oneself()
    told(admin)
    with pytest.raises(LookupError):
        fail_within(admin, before)
    assert trusts_to_oneself() == before


def fail_within(admin, before):
    with keystone.cloud_with_one_role(admin, 'reader'):
        assert trusts_to_oneself() - before
        raise LookupError


def trusts_to_oneself():
    identity = Identity(cloud_users.open_session('admin'))
    found = identity.call('GET', '/OS-TRUST/trusts').json()['trusts']
    return {
        one['id']
        for one in found
        if one['trustor_user_id'] == one['trustee_user_id']
    }


def test_an_administrator_would_be_let_through(admin):
    permitted, unknown = write_attempts.permitted_kinds(admin)
    assert permitted == [*write_attempts.KINDS]
    assert unknown == []


def test_it_says_that_it_is_unknown_without_the_role(admin):
    with keystone.cloud_with_one_role(admin, 'auditor') as auditor:
        assert auditor is None


def test_one_kind_that_is_let_through_is_enough():
    found = mistral_policy.policy_check(['cron triggers'], ['workflows'])
    assert found.state == health.WARNING
    assert str(found.message).endswith("one can change cron triggers.")


def test_an_answer_that_says_neither_is_unknown():
    found = mistral_policy.policy_check([], ['workflows'])
    assert found.state == health.WARNING
    assert "tells nothing about workflows" in str(found.message)
