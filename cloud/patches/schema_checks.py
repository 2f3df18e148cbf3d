# SPDX-License-Identifier: Apache-2.0
"""Check each JSON Schema once per process, not at every use.

Mistral's ``jsonschema.validate`` checks its own schemas anew for each task
of each workflow that it reads: a second of CPU for one plan.
"""

import json

from jsonschema import validators


def install():
    """Replace the check of every validator class that Mistral may use."""
    for version in ('2020-12/schema', '2019-09/schema'):
        cls = validators.validator_for(
            {'$schema': f'https://json-schema.org/draft/{version}'}
        )
        cls.check_schema = _once(cls.check_schema)


def _once(check):
    checked = set()

    def check_once(schema, *args, **options):
        text = json.dumps(schema, sort_keys=True, default=repr)
        if text not in checked:
            check(schema, *args, **options)
            checked.add(text)

    return check_once
