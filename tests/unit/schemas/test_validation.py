# SPDX-License-Identifier: Apache-2.0
import pytest

from protection_dashboard.schemas import validation as schema_validation

SCHEMA = {
    'type': 'object',
    'properties': {
        'name': {'type': 'string', 'minLength': 2, 'pattern': '^[a-z]'},
        'size': {'type': ['integer', 'null'], 'minimum': 1},
        'tags': {
            'type': 'array',
            'items': {'type': 'string', 'maxLength': 3},
            'uniqueItems': True,
        },
        'network': {
            'type': 'object',
            'properties': {'id': {'type': 'string', 'format': 'uuid'}},
            'required': ['id'],
        },
    },
    'required': ['name', 'size'],
    'additionalProperties': False,
}


@pytest.mark.parametrize(
    ('value', 'errors'),
    [
        ({'name': 'ab', 'size': None}, []),
        (
            {},
            [
                ('name', "This value is required."),
                ('size', "This value is required."),
            ],
        ),
        (
            {'name': 'A', 'size': 0},
            [
                ('name', "Must have the form that is asked for."),
                ('name', "The number of characters must be at least 2."),
                ('size', "Must be at least 1."),
            ],
        ),
        (
            {'name': 1, 'size': 'x'},
            [('name', "Must be text."), ('size', "Must be a whole number.")],
        ),
        (
            {'name': 'ab', 'size': 1, 'tags': ['a', 'long', 'a']},
            [
                (
                    'tags',
                    "Entry 2: The number of characters must be at most 3.",
                ),
                ('tags', "No entry may come twice."),
            ],
        ),
        (
            {'name': 'ab', 'size': 1, 'network': {}},
            [('network.id', "This value is required.")],
        ),
        (
            {'name': 'ab', 'size': 1, 'x': 1, 'y': 2},
            [
                ('x', "This value is not known here."),
                ('y', "This value is not known here."),
            ],
        ),
        ([], [('', "Must be a group of values.")]),
    ],
)
def test_it_names_each_field_and_what_is_wrong(value, errors):
    found = schema_validation.field_errors(SCHEMA, value)
    assert [(name, str(words)) for name, words in found] == errors
    assert schema_validation.is_valid(SCHEMA, value) == (not errors)


@pytest.mark.parametrize(
    ('keywords', 'value', 'sentence'),
    [
        ({'enum': ['a']}, 'b', "Must be one of the offered values."),
        ({'exclusiveMinimum': 1}, 1, "Must be more than 1."),
        ({'exclusiveMaximum': 1}, 1, "Must be less than 1."),
        ({'maximum': 1}, 2, "Must be at most 1."),
        ({'multipleOf': 0.5}, 0.7, "Must be a multiple of 0.5."),
        (
            {'maxLength': 1},
            'ab',
            "The number of characters must be at most 1.",
        ),
        ({'minItems': 1}, [], "The number of entries must be at least 1."),
        ({'maxItems': 0}, [1], "The number of entries must be at most 0."),
        ({'type': 'boolean'}, 1, "Must be yes or no."),
        ({'const': 1}, 2, "This value does not fit."),
        (
            {'multipleOf': 0.5},
            10**400,
            "A number is too large, or none at all.",
        ),
        (
            {'multipleOf': 0.5},
            float('nan'),
            "A number is too large, or none at all.",
        ),
    ],
)
def test_it_has_a_sentence_for_each_keyword(keywords, value, sentence):
    ((name, words),) = schema_validation.field_errors(keywords, value)
    assert (name, str(words)) == ('', sentence)


@pytest.mark.parametrize(
    ('name', 'good', 'bad'),
    [
        ('date', '2026-10-25', '25.10.2026'),
        ('date', '2024-02-29', '2026-02-29'),
        ('date-time', '2026-10-25T02:30:00Z', '2026-10-25T02:30:00'),
        ('date-time', '2026-10-25t02:30:00.5+01:00', '2026-10-25 02:30:00Z'),
        ('date-time', '2026-10-25T23:59:59-03:30', '2026-10-25T24:00:00Z'),
        ('email', 'a@example.org', 'example.org'),
        ('ipv4', '10.0.0.1', '10.0.0.256'),
        ('ipv6', 'fe80::1', '10.0.0.1'),
        ('time', '02:30:00Z', '02:30'),
        ('uri', 'https://example.org/a?b#c', 'example.org/a'),
        ('uri', 'urn:uuid:1', 'https://[::1'),
        ('uri', 'HTTP://x', 'https://a b'),
        ('uuid', '2f1b3a52-9c07-4b44-8c1e-0a6d5e7f9b11', '2f1b3a52'),
    ],
)
def test_it_checks_a_format(name, good, bad):
    schema = {'type': 'string', 'format': name}
    assert schema_validation.field_errors(schema, good) == []
    ((_name, words),) = schema_validation.field_errors(schema, bad)
    assert str(words) == schema_validation.FORMATS[name]


@pytest.mark.parametrize('name', schema_validation.FORMATS)
def test_a_format_is_about_text_only(name):
    assert schema_validation.is_valid({'format': name}, 5)


def test_no_sentence_quotes_the_value():
    evil = '<img src=x onerror=alert(1)>'
    keywords = {'maxLength': 1, 'pattern': '^a', 'format': 'uri', 'enum': []}
    for _name, words in schema_validation.field_errors(keywords, evil):
        assert '<' not in str(words)
