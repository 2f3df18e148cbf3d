# SPDX-License-Identifier: Apache-2.0
"""Schemas of options with answers to them, as hypothesis strategies.

An answer is the JSON object that a user means. It holds only what a form
can say: no empty text, every tick, null where null is allowed.
"""

import json

from django.utils.datastructures import MultiValueDict
from hypothesis import strategies as st
import jsonschema

from protection_dashboard.schemas.choices import Choices
from protection_dashboard.schemas.choices import FormChoices

ABSENT = object()
FORMATS = {
    'date': '2026-10-25',
    'email': 'a@b',
    'ipv4': '10.0.0.1',
    'ipv6': '::1',
    'uuid': '2f1b3a52-9c07-4b44-8c1e-0a6d5e7f9b11',
}
WORDS = st.text('abc <&%é', min_size=1, max_size=5)
WHOLE = st.integers(-30, 30)
#: what the picker 'things' offers
THINGS = ('a', 'abc', 'b <&', '10.0.0.1')
OFFERS = FormChoices(
    pickers={'things': Choices(tuple((name, f'A {name}') for name in THINGS))}
)
PICKED = st.sampled_from([*THINGS, 'never'])
NUMBERS = WHOLE | st.floats(-30, 30) | st.integers(-(10**20), 10**20)
TYPED_NUMBERS = WHOLE | st.floats(-30, 30) | st.sampled_from(['x', '1.5.2'])


def properties(*required, **items):
    """An object's schema."""
    return {
        'type': 'object',
        'properties': items,
        'required': list(required),
    }


def keywords(**strategies):
    """Any part of some keywords."""
    return st.fixed_dictionaries({}, optional=strategies)


STRINGS = keywords(
    minLength=st.integers(0, 4),
    maxLength=st.integers(0, 6),
    pattern=st.sampled_from(['^[a-c]+$', 'b', '^é?a']),
    format=st.sampled_from(sorted(FORMATS)),
)
LIMITS = {
    'minimum': NUMBERS,
    'maximum': NUMBERS,
    'exclusiveMinimum': WHOLE,
    'exclusiveMaximum': WHOLE,
    'multipleOf': st.sampled_from([1, 2, 3, 0.5, 0.1, 2.5]),
}
KINDS = {
    'string': (STRINGS, WORDS | st.sampled_from(sorted(FORMATS.values()))),
    'integer': (keywords(**LIMITS), TYPED_NUMBERS),
    'number': (keywords(**LIMITS), NUMBERS | st.just('x')),
}
ENUMS = {
    'string': WORDS,
    'integer': WHOLE,
    'number': WHOLE | st.floats(-30, 30),
}


def valid(schema, value):
    """What jsonschema itself says, the oracle; a picker is one more enum."""
    checker = jsonschema.Draft202012Validator.FORMAT_CHECKER
    return jsonschema.Draft202012Validator(
        _closed(schema), format_checker=checker
    ).is_valid(value)


def _closed(schema):
    """The schema with what a picker offers written down as an enum."""
    closed = dict(schema)
    if 'properties' in schema:
        items = schema['properties'].items()
        closed['properties'] = {name: _closed(item) for name, item in items}
    if 'x-picker' in schema and schema['type'] == 'array':
        closed['items'] = {'allOf': [schema['items'], {'enum': THINGS}]}
    elif 'x-picker' in schema:
        closed['allOf'] = [{'enum': [*THINGS, None]}]
    return closed


@st.composite
def scalars(draw, *, entry=False, picked=False):
    """``(schema, strategy of answers)`` of text, numbers and choices."""
    kind = 'string' if picked else draw(st.sampled_from(sorted(KINDS)))
    constraints, answers = KINDS[kind]
    schema = {'type': kind}
    if draw(st.booleans()):
        values = draw(
            st.lists(ENUMS[kind], min_size=1, max_size=3, unique=True)
        )
        schema['enum'] = values
        answers = st.sampled_from(values) | st.just('never')
    else:
        schema.update(draw(constraints))
    if entry:
        return schema, answers
    if picked or (kind == 'string' and draw(st.booleans())):
        schema['x-picker'] = 'things'
        answers = PICKED
    answers |= st.none()
    if draw(st.booleans()):
        return schema, answers
    schema['type'] = [kind, 'null']
    if draw(st.booleans()) and 'enum' in schema:
        schema['enum'] = [*schema['enum'], None]
    return schema, answers


@st.composite
def arrays(draw, *, picked=False):
    """``(schema, strategy of answers)`` of lists."""
    entries = scalars(entry=True, picked=picked)
    if not picked:
        ticks = st.booleans() | st.just('x')
        entries |= st.just(({'type': 'boolean'}, ticks))
    items, answers = draw(entries)
    constraints = draw(
        keywords(
            minItems=st.integers(0, 2),
            maxItems=st.integers(0, 3),
            uniqueItems=st.booleans(),
        )
    )
    schema = {'type': 'array', 'items': items, **constraints}
    if picked or (items['type'] == 'string' and draw(st.booleans())):
        schema['x-picker'] = 'things'
        answers = PICKED
    return schema, st.lists(answers, max_size=4)


@st.composite
def cases(draw, depth=1, kinds=None):
    """``(schema, answer)`` of an object, with properties of some kinds."""
    kinds = kinds or [scalars(), arrays(), booleans()]
    schema = {'type': 'object', 'properties': {}}
    answer = {}
    names = draw(st.lists(st.sampled_from('abcd'), unique=True, max_size=4))
    schema['required'] = [name for name in names if draw(st.booleans())]
    for name in names:
        needed = name in schema['required']
        item, given_answer = draw(_property(depth, kinds, needed=needed))
        schema['properties'][name] = item
        if given_answer is not ABSENT:
            answer[name] = given_answer
    return schema, answer


@st.composite
def _property(draw, depth, kinds, *, needed):
    kinds = [*kinds, *[cases(depth - 1, kinds)] * depth]
    item, answer = draw(st.one_of(kinds))
    if isinstance(answer, st.SearchStrategy):
        answer = draw(answer)
    if answer is None:
        return item, (None if valid(item, None) else ABSENT)
    leave_out = item['type'] in ('array', 'object') and blank(item, answer)
    return item, (ABSENT if leave_out and not needed else answer)


def choices():
    """``(schema, strategy of answers)`` of options with a picker."""
    return scalars(picked=True) | arrays(picked=True)


def booleans():
    schemas = st.fixed_dictionaries(
        {'type': st.just('boolean')}, optional={'default': st.booleans()}
    )
    return st.tuples(schemas, st.booleans())


def blank(schema, answer):
    """Whether nothing was filled in, or no more than a preset tick."""
    if schema['type'] == 'object':
        items = schema['properties']
        return all(blank(items[name], answer[name]) for name in answer)
    if schema['type'] == 'boolean':
        return answer == schema.get('default', False)
    return answer in (None, [])


def posted(schema, answer, prefix=''):
    """What a browser sends for an answer."""
    data = MultiValueDict()
    for name, item in schema['properties'].items():
        if item['type'] == 'object':
            inner = posted(item, answer.get(name, {}), f'{prefix}{name}.')
            data.update(inner)
        elif item['type'] == 'boolean':
            if answer.get(name, item.get('default', False)):
                data[prefix + name] = 'on'
        elif item['type'] == 'array':
            texts = [text(entry) for entry in answer.get(name, ())]
            chosen = 'enum' in item['items'] or 'x-picker' in item
            data.setlist(
                prefix + name, texts if chosen else ['\r\n'.join(texts)]
            )
        else:
            data[prefix + name] = text(answer.get(name))
    return data


def text(value):
    """What a person types or picks for a value."""
    if value is None:
        return ''
    return value if isinstance(value, str) else json.dumps(value)
