# SPDX-License-Identifier: Apache-2.0
"""What a plan document is made of: JSON Schema, and the same as types.

The schema (JSON Schema, draft 2020-12) decides at run time whether a document
is valid. Each TypedDict stands beside the part of the schema that it mirrors
and has the same keys, required ones and others. Lengths are in characters.
"""

from collections.abc import Iterable
from typing import Any
from typing import NotRequired
from typing import TypedDict

from protection_dashboard.recurrence.schedule import RetentionDocument
from protection_dashboard.recurrence.schedule import ScheduleDocument

VERSION = 1
MAX_NAME_LENGTH = 255
#: names of the rules that a retention can have
RETENTION_RULES = (
    'last',
    'days',
    'hourly',
    'daily',
    'weekly',
    'monthly',
    'yearly',
)
#: what people can be told of: a key of ``notification``
NOTIFICATION_EVENTS = ('failure', 'success', 'missed', 'skipped')
#: hours that a run may take when its plan does not say it
DEFAULT_TIME_LIMIT = 24
#: resources that a run protects, and that a plan may name
MAX_RESOURCES = 1000
MAX_EMAILS = 20
MAX_EMAIL_LENGTH = 254

_HOURS = {'type': 'integer', 'minimum': 1, 'maximum': 8760}
#: a UUID in the form that the URLs of our pages have
_ID = {
    'type': 'string',
    'format': 'uuid',
    'pattern': '^[0-9a-f-]{36}$',
    'maxLength': 36,
}
_SLUG = {'type': 'string', 'minLength': 1, 'maxLength': 64}
_TEXT = {'type': 'string', 'maxLength': 2000}
_NAME = {'type': 'string', 'minLength': 1, 'maxLength': MAX_NAME_LENGTH}
_RESOURCE_ID = {'type': 'string', 'minLength': 1, 'maxLength': 255}
#: its content is checked by schedules/validation.py
_LOCAL_TIME = {'type': 'string', 'maxLength': 64}


def _object(
    required: Iterable[str] = (), **properties: dict[str, Any]
) -> dict[str, Any]:
    """The schema of an object that has no other properties."""
    return {
        'type': 'object',
        'additionalProperties': False,
        'required': list(required),
        'properties': properties,
    }


def _list(items: dict[str, Any], most: int = MAX_RESOURCES) -> dict[str, Any]:
    return {'type': 'array', 'maxItems': most, 'items': items}


class MethodDocument(TypedDict):
    """How a resource is protected.

    ``protection`` is the slug of a protection, ``options`` are valid against
    its ``options_schema``.
    """

    protection: str
    options: dict[str, Any]


_METHOD = _object(
    ('protection', 'options'), protection=_SLUG, options={'type': 'object'}
)


class ResourceDocument(TypedDict):
    """A resource that a plan names; ``type`` is the slug of a protectable.

    It has both a protection and options of its own, or neither: then the
    plan's ``methods`` have those of its type.
    """

    type: str
    id: str
    name: str
    protection: NotRequired[str]
    options: NotRequired[dict[str, Any]]


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


class ResourceEntry(TypedDict):
    """A ResourceDocument completed with the method of its type.

    Not stored in a plan: each run makes it of what the plan says.
    """

    type: str
    id: str
    name: str
    protection: str
    options: dict[str, Any]


class RuleDocument(TypedDict):
    """What a plan selects: the resources that match all that is given.

    ``name`` is a shell pattern of names, ``metadata`` are pairs that the
    resource's metadata must have.
    """

    type: str
    name: NotRequired[str]
    metadata: NotRequired[dict[str, str]]


class ExclusionDocument(RuleDocument):
    """A rule for what a plan leaves out; it may name one resource's id."""

    id: NotRequired[str]


_METADATA = {
    'type': 'object',
    'minProperties': 1,
    'additionalProperties': {'type': 'string', 'maxLength': 255},
}
_RULE = _object(('type',), type=_SLUG, name=_NAME, metadata=_METADATA)
_EXCLUSION = _object(('type',), **_RULE['properties'], id=_RESOURCE_ID)


# RetentionDocument is its type
_RETENTION = _object(
    **{
        rule: {'type': 'integer', 'minimum': 1, 'maximum': 100_000}
        for rule in RETENTION_RULES
    }
)


# ScheduleDocument is its type; in the YAML file of a plan it has no id
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


class PinDocument(TypedDict):
    """A recovery point that no retention removes.

    ``protection`` and ``id`` are those of the point, ``by`` is who pinned it
    and ``at`` when (ISO 8601).
    """

    protection: str
    id: str
    note: str
    by: NotRequired[str]
    at: NotRequired[str]


_PIN = _object(
    ('protection', 'id', 'note'),
    protection=_SLUG,
    id=_RESOURCE_ID,
    note=_TEXT,
    by={'type': 'string'},
    at={'type': 'string'},
)


class NotificationDocument(TypedDict):
    """Of which events people are told, and where.

    ``webhook`` is a URL or the name of one of the operator's channels.
    """

    on: list[str]
    webhook: NotRequired[str]
    emails: NotRequired[list[str]]


#: of ``notification``
NOTIFICATION_SCHEMA = _object(
    ('on',),
    on={**_list({'enum': list(NOTIFICATION_EVENTS)}), 'uniqueItems': True},
    webhook={'type': 'string', 'maxLength': 2000},
    emails=_list(
        {'type': 'string', 'maxLength': MAX_EMAIL_LENGTH}, most=MAX_EMAILS
    ),
)


class PlanDocument(TypedDict):
    """A plan: what is protected, how and when, and what is kept of it.

    ``methods`` is ``{slug of a protectable: method}``. ``selectors`` are the
    plan's rules. ``time_limit`` is how many hours a run may take,
    ``promise`` the RPO in hours: how old the newest copy may be.
    """

    version: int
    id: str
    name: str
    resources: list[ResourceDocument]
    schedules: list[ScheduleDocument]
    description: NotRequired[str]
    methods: NotRequired[dict[str, MethodDocument]]
    selectors: NotRequired[list[RuleDocument]]
    exclusions: NotRequired[list[ExclusionDocument]]
    retention: NotRequired[RetentionDocument]
    pins: NotRequired[list[PinDocument]]
    notification: NotRequired[NotificationDocument]
    time_limit: NotRequired[int]
    promise: NotRequired[int]


SCHEMA: dict[str, Any] = {
    '$schema': 'https://json-schema.org/draft/2020-12/schema',
    **_object(
        ('version', 'id', 'name', 'resources', 'schedules'),
        version={'const': VERSION},
        id=_ID,
        name=_NAME,
        description=_TEXT,
        resources=_list(_RESOURCE),
        methods={'type': 'object', 'additionalProperties': _METHOD},
        selectors=_list(_RULE, most=50),
        exclusions=_list(_EXCLUSION),
        retention=_RETENTION,
        schedules=_list(_SCHEDULE, most=100),
        pins=_list(_PIN, most=10_000),
        notification=NOTIFICATION_SCHEMA,
        time_limit=_HOURS,
        promise=_HOURS,
    ),
}
