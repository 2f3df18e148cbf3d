# SPDX-License-Identifier: Apache-2.0
import pytest

from protection_dashboard.schemas import dialect


def with_property(item, **keywords):
    return {'type': 'object', 'properties': {'a': item}, **keywords}


ALLOWED = [
    {'type': 'string', 'default': None},
    {'type': 'string', 'title': "A", 'description': "B", '$comment': "C"},
    {'type': 'string', 'minLength': 1, 'maxLength': 9, 'pattern': '^a'},
    {'type': 'string', 'x-picker': 'flavor'},
    {'type': ['string', 'null'], 'default': None},
    {'type': ['null', 'integer'], 'minimum': 1},
    {'type': ['string', 'null'], 'enum': ['a', None]},
    {'type': 'integer', 'enum': [1, 2], 'default': 2},
    {'type': 'number', 'exclusiveMinimum': 0, 'multipleOf': 0.5},
    {'type': 'boolean', 'default': True},
    {'type': 'array', 'items': {'type': 'string'}, 'x-picker': 'network'},
    {'type': 'array', 'items': {'type': 'boolean'}, 'uniqueItems': True},
    {'type': 'array', 'items': {'type': 'integer', 'enum': [1]}},
    {'type': 'object'},
    *({'type': 'string', 'format': name} for name in dialect.FORMATS),
]
REFUSED = [
    ({}, '$.properties.a', "has no type"),
    (True, '$.properties.a', "has to be an object"),
    ({'type': 'null'}, '$.properties.a.type', "one type besides null"),
    ({'type': ['null']}, '$.properties.a.type', "one type besides null"),
    ({'type': ['string', 'integer']}, '$.properties.a.type', "one type"),
    ({'type': ['boolean', 'null']}, '$.properties.a.type', "may be null"),
    ({'type': ['array', 'null']}, '$.properties.a.type', "may be null"),
    ({'type': 'money'}, '$.properties.a.type', "not valid JSON Schema"),
    ({'type': 'string', 'const': 'a'}, '$.properties.a.const', "supported"),
    ({'type': 'string', '$ref': '#/x'}, '$.properties.a.$ref', "supported"),
    ({'type': 'string', 'anyOf': [{}]}, '$.properties.a.anyOf', "supported"),
    ({'type': 'string', 'not': {}}, '$.properties.a.not', "supported"),
    ({'type': 'string', 'minimum': 1}, '$.properties.a.minimum', "supported"),
    ({'type': 'string', 'readOnly': True}, '$.properties.a.readOnly', "supp"),
    ({'type': 'integer', 'pattern': 'a'}, '$.properties.a.pattern', "supp"),
    ({'type': 'integer', 'x-picker': 'a'}, '$.properties.a.x-picker', "supp"),
    ({'type': 'boolean', 'enum': [True]}, '$.properties.a.enum', "supported"),
    ({'type': 'string', 'format': 'color'}, '$.properties.a.format', "supp"),
    ({'type': 'string', 'pattern': '('}, '$.properties.a.pattern', "valid"),
    ({'type': 'string', 'minLength': -1}, '$.properties.a.minLength', "valid"),
    ({'type': 'string', 'x-picker': 1}, '$.properties.a.x-picker', "text"),
    ({'type': 'string', 'enum': ['a', 1]}, '$.properties.a.enum', "chosen"),
    ({'type': 'string', 'enum': ['']}, '$.properties.a.enum', "chosen"),
    ({'type': 'string', 'default': 1}, '$.properties.a.default', "not fit"),
    ({'type': 'array'}, '$.properties.a.items', "has to be text"),
    (
        {'type': 'array', 'items': {'type': 'array'}},
        '$.properties.a.items',
        "has to be text",
    ),
    (
        {'type': 'array', 'items': {'type': ['string', 'null']}},
        '$.properties.a.items',
        "has to be text",
    ),
    (
        {'type': 'array', 'items': {'type': 'string', 'title': "T"}},
        '$.properties.a.items.title',
        "supported",
    ),
    (
        {'type': 'array', 'items': {'type': 'string', 'format': 'x'}},
        '$.properties.a.items.format',
        "supported",
    ),
    (
        {'type': 'array', 'items': {'type': 'string'}, 'contains': {}},
        '$.properties.a.contains',
        "supported",
    ),
    (
        {'type': 'object', 'properties': {'b': {'type': 'string', 'if': {}}}},
        '$.properties.a.properties.b.if',
        "supported",
    ),
    (
        {'type': 'object', 'patternProperties': {}},
        '$.properties.a.patternProperties',
        "supported",
    ),
]


@pytest.mark.parametrize('item', ALLOWED)
def test_it_knows_a_construct(item):
    assert dialect.check_schema(with_property(item, required=['a'])) is None


@pytest.mark.parametrize(('item', 'path', 'reason'), REFUSED)
def test_it_refuses_a_construct_and_names_its_path(item, path, reason):
    with pytest.raises(dialect.UnsupportedSchema) as caught:
        dialect.check_schema(with_property(item))
    assert caught.value.path == path
    assert reason in caught.value.reason
    assert str(caught.value) == f'{path} {caught.value.reason}'


@pytest.mark.parametrize(
    ('schema', 'path'),
    [
        (True, '$.type'),
        ({}, '$.type'),
        ({'type': 'string'}, '$.type'),
        ({'type': 'object', 'oneOf': [{}]}, '$.oneOf'),
        ({'type': 'object', 'required': ['b']}, '$.required'),
        (
            {'type': 'object', 'additionalProperties': {}},
            ('$.additionalProperties'),
        ),
        ({'type': 'object', 'properties': {'a.b': {}}}, '$.properties'),
        ({'type': 'object', 'properties': {'': {}}}, '$.properties'),
        (
            {
                'type': 'object',
                '$schema': 'http://json-schema.org/draft-07/schema#',
            },
            '$.$schema',
        ),
        ({'type': 'object', 'default': {1, 2}}, '$'),
        ({'type': 'object', 'title': 5}, '$.title'),
    ],
)
def test_it_refuses_an_object_as_a_whole(schema, path):
    with pytest.raises(dialect.UnsupportedSchema) as caught:
        dialect.check_schema(schema)
    assert caught.value.path == path


def test_a_schema_may_name_its_draft_and_itself():
    schema = {'$schema': dialect.DRAFT, '$id': 'urn:x', 'type': 'object'}
    assert dialect.check_schema(schema) is None
    assert '$schema' in schema


@pytest.mark.parametrize(
    ('types', 'kind'),
    [
        ('integer', 'integer'),
        (['string', 'null'], 'string'),
        (['null', 'number'], 'number'),
    ],
)
def test_the_kind_is_the_type_apart_from_null(types, kind):
    assert dialect.type_without_null({'type': types}) == kind
    assert dialect.is_nullable({'type': types}) == ('null' in types)
