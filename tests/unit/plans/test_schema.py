# SPDX-License-Identifier: Apache-2.0
"""The types of a plan document have the keys that its JSON Schema names."""

import pytest

from protection_dashboard.plans import schema as plan_schema
from protection_dashboard.recurrence.schedule import RetentionDocument
from protection_dashboard.recurrence.schedule import ScheduleDocument

PARTS = plan_schema.SCHEMA['properties']


@pytest.mark.parametrize(
    ('document', 'schema'),
    [
        (plan_schema.PlanDocument, plan_schema.SCHEMA),
        (plan_schema.ResourceDocument, PARTS['resources']['items']),
        (
            plan_schema.MethodDocument,
            PARTS['methods']['additionalProperties'],
        ),
        (plan_schema.RuleDocument, PARTS['selectors']['items']),
        (plan_schema.ExclusionDocument, PARTS['exclusions']['items']),
        (RetentionDocument, PARTS['retention']),
        (
            RetentionDocument,
            PARTS['schedules']['items']['properties']['retention'],
        ),
        (plan_schema.PinDocument, PARTS['pins']['items']),
        (plan_schema.NotificationDocument, PARTS['notification']),
    ],
)
def test_a_type_has_the_keys_of_its_schema(document, schema):
    assert set(document.__annotations__) == set(schema['properties'])
    assert document.__required_keys__ == set(schema['required'])


def test_a_schedule_has_the_keys_of_its_schema():
    """In a file it has no id; in a plan it must have one."""
    schema = PARTS['schedules']['items']
    assert set(ScheduleDocument.__annotations__) == set(schema['properties'])
    required = {'id', *ScheduleDocument.__required_keys__}
    assert required == set(schema['required'])


def test_an_entry_is_a_resource_with_its_method():
    entry = plan_schema.ResourceEntry
    assert entry.__required_keys__ == set(
        plan_schema.ResourceDocument.__annotations__
    )
