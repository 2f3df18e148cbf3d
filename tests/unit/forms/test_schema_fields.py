# SPDX-License-Identifier: Apache-2.0
from django import forms
from django.utils.datastructures import MultiValueDict
from horizon.forms import ThemableChoiceField
from horizon.forms import ThemableSelectWidget
import pytest

from protection_dashboard.forms import schema_form
from tests.support.option_strategies import properties


def answered(schema_, data, **kwargs):
    """A bound form of a schema's fields."""
    form = forms.Form(data)
    form.fields.update(schema_form.form_fields(schema_, **kwargs))
    return form


def only(item, **kwargs):
    """The one field of a property 'a_name'."""
    return schema_form.form_fields(properties(a_name=item), **kwargs)['a_name']


@pytest.mark.parametrize(
    ('item', 'field', 'widget'),
    [
        ({'type': 'string'}, forms.CharField, forms.TextInput),
        (
            {'type': 'string', 'format': 'email'},
            forms.CharField,
            forms.EmailInput,
        ),
        ({'type': 'string', 'format': 'uri'}, forms.CharField, forms.URLInput),
        (
            {'type': 'string', 'format': 'date'},
            forms.CharField,
            forms.DateInput,
        ),
        ({'type': 'integer'}, forms.IntegerField, forms.NumberInput),
        ({'type': 'number'}, forms.FloatField, forms.NumberInput),
        ({'type': 'boolean'}, forms.BooleanField, forms.CheckboxInput),
        (
            {'type': 'string', 'enum': ['a']},
            ThemableChoiceField,
            ThemableSelectWidget,
        ),
        (
            {'type': 'array', 'items': {'type': 'string'}},
            forms.Field,
            forms.Textarea,
        ),
        (
            {'type': 'array', 'items': {'type': 'string', 'enum': ['a']}},
            forms.MultipleChoiceField,
            forms.CheckboxSelectMultiple,
        ),
    ],
)
def test_each_kind_has_its_field(item, field, widget):
    made = only(item)
    assert isinstance(made, field)
    assert isinstance(made.widget, widget)


def test_title_and_description_become_plain_text_of_the_field():
    made = only({'type': 'string', 'title': "<b>A", 'description': "<i>B"})
    assert (made.label, made.help_text) == ("<b>A", "<i>B")
    assert only({'type': 'string'}).label == "A name"


def test_limits_reach_the_browser():
    made = only({'type': 'string', 'minLength': 1, 'maxLength': 9})
    assert made.widget.attrs == {'minlength': 1, 'maxlength': 9}
    made = only({'type': 'integer', 'minimum': 1.5, 'maximum': 9})
    assert made.widget.attrs == {'max': 9}


@pytest.mark.parametrize(
    ('item', 'typed', 'found'),
    [
        ({'type': 'string'}, '', {}),
        ({'type': 'string', 'default': None}, '', {}),
        ({'type': 'string', 'default': "x"}, '', {}),
        ({'type': ['string', 'null']}, '', {'a': None}),
        ({'type': 'string'}, ' a ', {'a': ' a '}),
        ({'type': ['integer', 'null'], 'default': None}, '', {'a': None}),
        ({'type': 'integer'}, ' 7 ', {'a': 7}),
        ({'type': 'number'}, '7', {'a': 7}),
        ({'type': 'number'}, '7.5', {'a': 7.5}),
        (
            {'type': 'number'},
            '12345678901234567891',
            {'a': 12345678901234567891},
        ),
        ({'type': 'integer', 'enum': [1, 2]}, '2', {'a': 2}),
        ({'type': ['string', 'null'], 'enum': ['b', None]}, '', {'a': None}),
        ({'type': 'boolean', 'default': True}, '', {'a': False}),
        ({'type': 'array', 'items': {'type': 'integer'}}, '', {}),
        (
            {'type': 'array', 'items': {'type': 'integer'}},
            '1\r\n\r\n2\n',
            {'a': [1, 2]},
        ),
        (
            {'type': 'array', 'items': {'type': 'boolean'}},
            'true\nfalse',
            {'a': [True, False]},
        ),
    ],
)
def test_what_is_typed_becomes_a_value(item, typed, found):
    form = answered(properties(a=item), {'a': typed})
    assert form.is_valid(), form.errors
    value = schema_form.object_value(properties(a=item), form.cleaned_data)
    assert value == found
    assert schema_form.validation_problems(properties(a=item), value) == []


@pytest.mark.parametrize(
    ('item', 'typed', 'sentence'),
    [
        ({'type': 'string'}, '', "This field is required."),
        ({'type': 'string', 'minLength': 2}, 'a', "at least 2."),
        ({'type': 'string', 'format': 'uuid'}, '<i>', "Must be an ID such as"),
        ({'type': 'string', 'enum': ['a']}, '<i>', "one of the offered"),
        ({'type': 'integer'}, '1.5', "Enter a whole number."),
        ({'type': 'integer', 'multipleOf': 0.5}, '9' * 400, "too large"),
        ({'type': 'number'}, '9' * 400, "Enter a number."),
        ({'type': 'number'}, 'nan', "Enter a number."),
        ({'type': 'number', 'exclusiveMinimum': 1}, '1', "more than 1."),
        (
            {'type': 'array', 'items': {'type': 'integer', 'maximum': 5}},
            '1\n<i>\n6',
            "Entry 2: Enter a whole number.",
        ),
        (
            {'type': 'array', 'items': {'type': 'string', 'enum': ['a']}},
            '<i>',
            "one of the offered",
        ),
        (
            {'type': 'array', 'items': {'type': 'string'}, 'maxItems': 1},
            'a\nb',
            "at most 1.",
        ),
    ],
)
def test_it_says_at_the_field_what_is_wrong(item, typed, sentence):
    form = answered(properties('a', a=item), MultiValueDict({'a': [typed]}))
    (error,) = form.errors['a']
    assert sentence in error
    assert '<' not in error


def test_a_choice_of_several_is_checked_as_a_whole():
    item = {
        'type': 'array',
        'items': {'type': 'string', 'enum': ['a', 'b']},
        'maxItems': 1,
    }
    form = answered(properties(a=item), MultiValueDict({'a': ['a', 'b']}))
    assert form.errors == {'a': ["The number of entries must be at most 1."]}


def test_a_form_shows_what_a_stored_value_was():
    schema_ = properties(
        size={'type': 'integer', 'enum': [1, 20]},
        tags={'type': 'array', 'items': {'type': 'string'}},
        kinds={'type': 'array', 'items': {'type': 'integer', 'enum': [3, 4]}},
    )
    stored = {'size': 20, 'tags': ['a', 'b'], 'kinds': [4]}
    form = forms.Form()
    form.fields.update(schema_form.form_fields(schema_, initial=stored))
    shown = {name: form[name].value() for name in stored}
    assert shown == {'size': '20', 'tags': 'a\nb', 'kinds': ['4']}
    again = answered(schema_, MultiValueDict({**shown, 'kinds': ['4']}))
    assert 'value="20"' in str(form['size'])
    assert again.is_bound
