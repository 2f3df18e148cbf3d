# SPDX-License-Identifier: Apache-2.0
"""What a plan's form makes of stored parts, and back again."""

from django import forms
from hypothesis import given
from hypothesis import strategies
import pytest

from protection_dashboard.panels.plans.wizard import rules as wizard_rules
from protection_dashboard.panels.plans.wizard import type_options

TEXT = strategies.text(
    strategies.characters(codec='utf-8', exclude_categories=('C', 'Z')),
    max_size=12,
)
VALUES = strategies.builds(' '.join, strategies.lists(TEXT, max_size=3))
KEYS = TEXT.filter(lambda key: key and '=' not in key)
FIELD = wizard_rules.MetadataField(required=False)


@given(strategies.dictionaries(KEYS, VALUES, max_size=4))
def test_metadata_comes_back_as_it_was(metadata):
    assert FIELD.clean(wizard_rules.metadata_text(metadata)) == metadata


@pytest.mark.parametrize(
    ('text', 'found'),
    [
        ('', {}),
        ('tier=gold', {'tier': 'gold'}),
        ('a=1,b=2', {'a': '1', 'b': '2'}),
        ('a=, "b=2, 3"', {'a': '', 'b': '2, 3'}),
        ('a=b=c', {'a': 'b=c'}),
    ],
)
def test_metadata_is_read_as_people_type_it(text, found):
    assert FIELD.clean(text) == found


@pytest.mark.parametrize(
    'text', ['gold', '=gold', 'a=1,,b=2', 'a=' + 'x' * 256]
)
def test_what_is_no_metadata_is_refused(text):
    with pytest.raises(forms.ValidationError):
        FIELD.clean(text)


def entry(name, slug='volume', **own):
    return {'type': slug, 'id': name, 'name': name, **own}


SNAPSHOT = {'protection': 'volume_snapshot', 'options': {'force': True}}
OTHER = {'protection': 'volume_snapshot', 'options': {'force': False}}


@pytest.mark.parametrize(
    ('resources', 'methods', 'lifted'),
    [
        ([entry('a', **SNAPSHOT)], {}, {'volume': SNAPSHOT}),
        (
            [entry('a', **SNAPSHOT), entry('b', **SNAPSHOT)],
            {},
            {'volume': SNAPSHOT},
        ),
        ([entry('a', **SNAPSHOT), entry('b', **OTHER)], {}, {}),
        ([entry('a', **SNAPSHOT)], {'volume': SNAPSHOT}, {}),
        ([entry('a')], {'volume': SNAPSHOT}, {}),
    ],
)
def test_one_method_of_all_stands_for_the_type(resources, methods, lifted):
    document = {'resources': resources, 'methods': methods}
    assert type_options.common_own_methods(document) == lifted
