# SPDX-License-Identifier: Apache-2.0
"""Tiles and numbers, and the retention that they stand for."""

from django.test import override_settings
import pytest

from protection_dashboard.forms.retention_fields import RetentionMixin


class Form(RetentionMixin):
    def __init__(self, data=None, **prepared):
        super().__init__(data)
        self.prepare_retention(**prepared)

    def clean(self):
        data = super().clean()
        return {**data, 'found': self.checked_retention(data)}


def chosen(**data):
    form = Form(data, plan={})
    assert form.is_valid(), form.errors
    return form.cleaned_data['found']


def labels(form):
    return [label for _value, label in form.fields['retention'].choices]


@pytest.mark.parametrize(
    ('data', 'retention'),
    [
        ({'retention': 'daily=14'}, {'daily': 14}),
        ({'retention': 'everything'}, {}),
        ({'retention': 'plan'}, None),
        # numbers count for Custom only, right or wrong
        ({'retention': 'daily=7', 'keep_daily': 'x'}, {'daily': 7}),
        (
            {'retention': 'custom', 'keep_daily': '7', 'keep_last': '3'},
            {'last': 3, 'daily': 7},
        ),
    ],
)
def test_a_tile_is_a_retention(data, retention):
    assert chosen(**data) == retention


@pytest.mark.parametrize(
    ('data', 'field'),
    [
        ({}, 'retention'),
        ({'retention': 'days=8'}, 'retention'),
        ({'retention': 'custom'}, 'retention'),
        ({'retention': 'custom', 'keep_daily': '0'}, 'keep_daily'),
        ({'retention': 'custom', 'keep_yearly': '100001'}, 'keep_yearly'),
    ],
)
def test_what_is_wrong_is_said_at_its_field(data, field):
    assert list(Form(data).errors) == [field]


@pytest.mark.parametrize(
    ('initial', 'tile'),
    [
        (None, 'daily=7'),
        ({}, 'everything'),
        ({'daily': 14}, 'daily=14'),
        (
            {'daily': 7, 'weekly': 4, 'monthly': 12},
            'daily=7,weekly=4,monthly=12',
        ),
        ({'daily': 7, 'weekly': 4}, 'custom'),
        # presets of an earlier version
        ({'days': 7}, 'custom'),
        ({'monthly': 12}, 'custom'),
    ],
)
def test_it_starts_with_what_is_there_or_the_operators_default(initial, tile):
    form = Form(initial=initial)
    assert form['retention'].value() == tile
    for rule, number in (initial or {}).items():
        assert form[f'keep_{rule}'].value() == number


def test_a_preset_is_named_by_what_it_keeps():
    assert labels(Form()) == [
        "7 daily",
        "14 daily",
        "7 daily, 4 weekly, 12 monthly",
        "Keep everything",
        "Custom",
    ]


def test_what_an_earlier_version_offered_comes_back_as_it_was():
    kept = {'days': 7}
    form = Form(initial=kept)
    again = Form({name: form[name].value() for name in form.fields})
    assert again.is_valid(), again.errors
    assert again.cleaned_data['found'] == kept


def test_a_schedule_starts_as_its_plan():
    form = Form(plan={'daily': 7})
    assert form['retention'].value() == 'plan'
    assert labels(form)[0] == "As the plan (7 daily)"


def test_the_operator_says_what_is_offered():
    given = {
        'PROTECTION_PRESETS': (("a <b>quarter</b>", {'days': 91}),),
        'PROTECTION_KEEP_EVERYTHING': False,
        'PROTECTION_DEFAULT_RETENTION': {'days': 91},
    }
    with override_settings(**given):
        form = Form()
    assert labels(form) == ["a <b>quarter</b>", "Custom"]
    assert form['retention'].value() == 'days=91'
    assert '<b>' not in str(form['retention'])
