# SPDX-License-Identifier: Apache-2.0
from django import forms
from django.utils.datastructures import MultiValueDict
import pytest

from protection_dashboard.api.cloud import Cloud
from protection_dashboard.forms import schema_form
from protection_dashboard.protections import pickers
from protection_dashboard.schemas.choices import Choices
from protection_dashboard.schemas.choices import FormChoices
from tests.support.option_strategies import properties

BARE = Cloud(token='', project_id='', catalog=[])
FLAVORS = Choices((('f1', "Small <b>"), ('f2', "Large")))
ONE = {'type': 'string', 'x-picker': 'flavor'}
SEVERAL = {'type': 'array', 'items': {'type': 'string'}, 'x-picker': 'flavor'}


def field(item, choices, *required, **kwargs):
    """The one field of a property 'a', with choices of flavors."""
    offers = FormChoices(pickers={'flavor': choices}, blank="(as it is)")
    made = schema_form.form_fields(
        properties(*required, a=item), offers=offers, **kwargs
    )
    return made['a']


@pytest.mark.parametrize(
    ('name', 'sentence'),
    [
        ('volume', "no block-storage service"),
        ('flavor', "no compute service"),
        ('moods', "There is no list of choices moods here"),
    ],
)
def test_a_picker_says_why_it_has_no_choices(name, sentence):
    found = pickers.choices_by_picker(BARE, {name})[name]
    assert sentence in found.reason
    made = field({**ONE, 'x-picker': 'flavor'}, found)
    assert type(made) is forms.CharField
    assert made.note == f"The choices are missing: {found.reason}"


def test_names_that_are_no_names_of_their_own_come_with_ids():
    names = {'1': 'b', '2': 'a', '3': 'b', '4': ''}
    labels = [('4', '4'), ('2', 'a'), ('1', 'b (1)'), ('3', 'b (3)')]
    assert pickers.labelled_pairs(names) == labels


@pytest.mark.parametrize(
    ('choices', 'required', 'initial', 'first'),
    [
        (FLAVORS, (), None, ('', "(as it is)")),
        (FLAVORS, ('a',), None, ('', "(choose)")),
        (FLAVORS, ('a',), 'f2', ('f1', "Small <b>")),
        (Choices((('', "New"), ('x', "X"))), (), None, ('', "New")),
        (Choices((('x', "X"),), exact=True), (), 'x', ('x', "X")),
        (Choices((('x', "X"),), exact=True), (), None, ('', "(choose)")),
    ],
)
def test_the_first_choice_is_to_leave_it_out_if_one_may(
    choices, required, initial, first
):
    made = field(ONE, choices, *required, initial={'a': initial})
    assert made.choices[0] == first
    assert made.note == ''


def test_an_option_has_its_own_choices_before_those_of_a_picker():
    own = Choices((('own', "Own"),), exact=True)
    offers = FormChoices(options={'a': own}, pickers={'flavor': FLAVORS})
    made = schema_form.form_fields(properties(a=ONE), offers=offers)['a']
    assert made.choices[1:] == [('own', "Own")]
    assert made.required


def test_only_what_fits_the_schema_is_offered():
    made = field({**ONE, 'pattern': '2$'}, FLAVORS)
    assert [value for value, _label in made.choices] == ['', 'f2']


@pytest.mark.parametrize('item', [ONE, SEVERAL])
def test_a_value_that_is_no_longer_offered_is_kept(item):
    kept = 'gone' if item is ONE else ['gone']
    form = forms.Form(MultiValueDict({'a': ['gone']}))
    form.fields['a'] = field(item, FLAVORS, initial={'a': kept})
    assert ('gone', "gone (unknown)") in form.fields['a'].choices
    assert form.is_valid()
    assert schema_form.object_value(properties(a=item), form.cleaned_data) == {
        'a': kept
    }


@pytest.mark.parametrize('item', [ONE, SEVERAL])
def test_nothing_else_can_be_sent(item):
    form = forms.Form(MultiValueDict({'a': ['<i>']}))
    form.fields['a'] = field(item, FLAVORS)
    assert form.errors == {'a': ["Must be one of the offered values."]}


def test_it_says_that_there_is_nothing():
    made = field(SEVERAL, Choices())
    assert made.note == "There is nothing to choose from."


def test_a_schema_names_its_pickers():
    inner = properties(b=SEVERAL, c={**ONE, 'x-picker': 'moods'})
    assert schema_form.picker_names(properties(a=inner)) == {'flavor', 'moods'}
