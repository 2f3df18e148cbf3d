# SPDX-License-Identifier: Apache-2.0
"""The options of a note: every construct that a schema may use."""

NAME_LIMIT = 60
OPTIONS = {
    'title': "Note Options",
    'type': 'object',
    'properties': {
        'note_name': {
            'type': 'string',
            'title': "Note Name",
            'description': 'A letter or a digit first, "quotes" are allowed.',
            'pattern': '^[A-Za-z0-9]',
            'maxLength': NAME_LIMIT,
        },
        'priority': {
            'type': 'string',
            'title': "Priority",
            'enum': ['low', 'normal', 'high'],
            'default': 'normal',
        },
        'days': {
            'type': ['integer', 'null'],
            'title': "Days",
            'minimum': 1,
            'maximum': 3650,
            'default': 30,
        },
        'weight': {'type': 'number', 'exclusiveMinimum': 0},
        'contact': {'type': 'string', 'title': "Contact", 'format': 'email'},
        'public': {'type': 'boolean', 'title': "Public", 'default': False},
        'tags': {
            'type': 'array',
            'title': "Tags",
            'description': "One a line.",
            'items': {'type': 'string', 'maxLength': 8},
            'maxItems': 3,
            'uniqueItems': True,
        },
        'color': {
            'type': 'string',
            'title': "Color",
            'x-picker': 'note_color',
        },
        'mood': {'type': 'string', 'title': "Mood", 'x-picker': 'moods'},
        'place': {
            'type': 'object',
            'title': "Place",
            'description': "Where the volume is used.",
            'properties': {
                'rack': {
                    'type': 'string',
                    'title': "Rack",
                    'pattern': '^[A-Z][0-9]+$',
                },
                'since': {'type': 'string', 'format': 'date'},
                'beside': {
                    'type': 'array',
                    'title': "Beside",
                    'items': {'type': 'string', 'format': 'uuid'},
                    'x-picker': 'volume',
                },
            },
            'required': ['rack'],
        },
    },
    'required': ['note_name', 'priority'],
}
RESTORE = {
    'title': "Note Restore",
    'type': 'object',
    'properties': {
        'into': {
            'type': 'string',
            'title': "Into",
            'description': "The volume to restore to.",
        },
        'restore_name': {
            'type': ['string', 'null'],
            'title': "Restore Name",
            'default': None,
        },
        'kind': {
            'type': 'string',
            'title': "Volume Type",
            'x-picker': 'volume_type',
        },
    },
}
