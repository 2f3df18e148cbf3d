# SPDX-License-Identifier: Apache-2.0
from django import forms
from hypothesis import HealthCheck
from hypothesis import given
from hypothesis import settings
import pytest

from protection_dashboard.forms import schema_form
from tests.support import option_strategies
from tests.support.option_strategies import properties


def answered(schema_, data, **kwargs):
    """A bound form of a schema's fields."""
    form = forms.Form(data)
    form.fields.update(schema_form.form_fields(schema_, **kwargs))
    return form


PATIENT = settings(
    max_examples=200,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)


@given(option_strategies.cases(depth=2))
@PATIENT
def test_the_form_accepts_just_what_the_schema_does(case):
    assert_accepted_as_by_the_schema(*case)


@given(option_strategies.cases(depth=0, kinds=[option_strategies.choices()]))
@PATIENT
def test_a_choice_accepts_just_what_is_offered_and_fits(case):
    assert_accepted_as_by_the_schema(*case)


def assert_accepted_as_by_the_schema(schema_, answer):
    data = option_strategies.posted(schema_, answer)
    form = answered(schema_, data, offers=option_strategies.OFFERS)
    found = (
        schema_form.object_value(schema_, form.cleaned_data)
        if form.is_valid()
        else None
    )
    accepted = found is not None and not schema_form.validation_problems(
        schema_, found
    )
    assert accepted == option_strategies.valid(schema_, answer)
    if accepted:
        assert found == answer


NESTED = properties(
    'name',
    name={'type': 'string', 'default': "n"},
    network={
        'type': 'object',
        'title': "Network",
        'description': "Where to",
        'properties': {
            'id': {'type': 'string'},
            'dhcp': {'type': 'boolean', 'default': True},
        },
        'required': ['id'],
    },
)


def test_a_nested_object_is_a_group_of_fields():
    made = schema_form.form_fields(NESTED, prefix='to.')
    assert list(made) == ['to.name', 'to.network.id', 'to.network.dhcp']
    assert made['to.name'].group is None
    group = schema_form.FieldGroup('to.network', "Network", "Where to")
    assert made['to.network.id'].group == group
    assert group.path == (group,)
    # asked for only once the group is begun
    assert not made['to.network.id'].required


def test_fields_start_with_what_is_given_or_else_the_default():
    made = schema_form.form_fields(NESTED, initial={'network': {'id': 'x'}})
    assert [field.initial for field in made.values()] == ["n", 'x', True]


@pytest.mark.parametrize(
    ('data', 'found', 'errors'),
    [
        ({'name': 'a', 'network.dhcp': 'on'}, {'name': 'a'}, []),
        (
            {'name': 'a', 'network.id': 'x'},
            {'name': 'a', 'network': {'id': 'x', 'dhcp': False}},
            [],
        ),
        (
            {'name': 'a'},
            {'name': 'a', 'network': {'dhcp': False}},
            [('network.id', "This value is required.")],
        ),
    ],
)
def test_a_group_is_left_out_until_it_is_begun(data, found, errors):
    form = answered(NESTED, data)
    assert form.is_valid()
    assert schema_form.object_value(NESTED, form.cleaned_data) == found
    assert schema_form.validation_problems(NESTED, found) == errors


def test_an_unknown_construct_is_refused_with_its_path():
    with pytest.raises(
        schema_form.UnsupportedSchema, match=r'\$.properties.a.if'
    ):
        schema_form.form_fields(properties(a={'type': 'string', 'if': {}}))
