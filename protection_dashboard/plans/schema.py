# SPDX-License-Identifier: Apache-2.0
"""The JSON Schema of a plan document (draft 2020-12)."""

VERSION = 1
LONGEST_NAME = 255
RULES = ('last', 'days', 'hourly', 'daily', 'weekly', 'monthly', 'yearly')
EVENTS = ('failure', 'success', 'missed')
TIME_LIMIT = 24  # hours
MOST_RESOURCES = 1000
MOST_EMAILS = 20
LONGEST_EMAIL = 254

_HOURS = {'type': 'integer', 'minimum': 1, 'maximum': 8760}
#: as addresses have it
_ID = {
    'type': 'string',
    'format': 'uuid',
    'pattern': '^[0-9a-f-]{36}$',
    'maxLength': 36,
}
_SLUG = {'type': 'string', 'minLength': 1, 'maxLength': 64}
_TEXT = {'type': 'string', 'maxLength': 2000}
_NAME = {'type': 'string', 'minLength': 1, 'maxLength': LONGEST_NAME}
_RESOURCE_ID = {'type': 'string', 'minLength': 1, 'maxLength': 255}
#: schedules/validation.py reads what stands in it
_LOCAL_TIME = {'type': 'string', 'maxLength': 64}


def _object(required=(), **properties):
    return {
        'type': 'object',
        'additionalProperties': False,
        'required': list(required),
        'properties': properties,
    }


def _list(items, most=MOST_RESOURCES):
    return {'type': 'array', 'maxItems': most, 'items': items}


_METHOD = _object(
    ('protection', 'options'), protection=_SLUG, options={'type': 'object'}
)
_RESOURCE = {
    **_object(
        ('type', 'id', 'name'),
        type=_SLUG,
        id=_RESOURCE_ID,
        name={'type': 'string'},
        **_METHOD['properties'],
    ),
    # its own method, or that of its type
    'dependentRequired': {
        'protection': ['options'],
        'options': ['protection'],
    },
}
_METADATA = {
    'type': 'object',
    'minProperties': 1,
    'additionalProperties': {'type': 'string', 'maxLength': 255},
}
_SELECTOR = _object(('type',), type=_SLUG, name=_NAME, metadata=_METADATA)
_EXCLUSION = _object(('type',), **_SELECTOR['properties'], id=_RESOURCE_ID)
_RETENTION = _object(
    **{
        rule: {'type': 'integer', 'minimum': 1, 'maximum': 100_000}
        for rule in RULES
    }
)
_SCHEDULE = _object(
    ('id', 'pattern', 'zone'),
    id=_ID,
    pattern={'type': 'string', 'maxLength': 100},
    zone={'type': 'string', 'maxLength': 64},
    paused={'type': 'boolean'},
    first=_LOCAL_TIME,
    end=_LOCAL_TIME,
    retention=_RETENTION,
)
_PIN = _object(
    ('protection', 'id', 'note'),
    protection=_SLUG,
    id=_RESOURCE_ID,
    note=_TEXT,
    by={'type': 'string'},
    at={'type': 'string'},
)
_NOTIFICATION = _object(
    ('on',),
    on={**_list({'enum': list(EVENTS)}), 'uniqueItems': True},
    webhook={'type': 'string', 'maxLength': 2000},
    emails=_list(
        {'type': 'string', 'maxLength': LONGEST_EMAIL}, most=MOST_EMAILS
    ),
)

SCHEMA = {
    '$schema': 'https://json-schema.org/draft/2020-12/schema',
    **_object(
        ('version', 'id', 'name', 'resources', 'schedules'),
        version={'const': VERSION},
        id=_ID,
        name=_NAME,
        description=_TEXT,
        resources=_list(_RESOURCE),
        methods={'type': 'object', 'additionalProperties': _METHOD},
        selectors=_list(_SELECTOR, most=50),
        exclusions=_list(_EXCLUSION),
        retention=_RETENTION,
        schedules=_list(_SCHEDULE, most=100),
        pins=_list(_PIN, most=10_000),
        notification=_NOTIFICATION,
        time_limit=_HOURS,
        promise=_HOURS,
    ),
}
