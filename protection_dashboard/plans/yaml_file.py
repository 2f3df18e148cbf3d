# SPDX-License-Identifier: Apache-2.0
"""A plan as a YAML file, and back.

A file has no ids of the plan and its schedules and no pins: these belong to
the project that it came from. What comes in may be hostile: it is refused by
its size and, event by event, by what it is built of, before anything is made
of it.
"""

import re
import uuid

import yaml

from protection_dashboard import exceptions
from protection_dashboard.plans import document as plan_document
from protection_dashboard.plans import schema as plan_schema
from protection_dashboard.schemas import validation as schema_validation

LARGEST = 256 * 1024  # bytes
_DEEPEST = 20
_MOST_TOLD = 10
_HEADER = "# A plan: import it under Project > Protection > Plans.\n"
_FIRST = ('type', 'name', 'id', 'protection', 'pattern', 'zone')
_SEPARATORS = frozenset('\x85\u2028\u2029')
_EMPTY = ('', [], {}, None)
_SCHEDULE = plan_schema.SCHEMA['properties']['schedules']['items']


def _without(schema, *names, required):
    """An object's schema without some of its properties."""
    kept = {k: v for k, v in schema['properties'].items() if k not in names}
    return {**schema, 'properties': kept, 'required': list(required)}


SCHEMA = _without(
    plan_schema.SCHEMA, 'id', 'pins', required=('version', 'name')
)
SCHEMA['properties']['schedules'] = {
    **plan_schema.SCHEMA['properties']['schedules'],
    'items': _without(_SCHEDULE, 'id', required=('pattern', 'zone')),
}


def export(document):
    """The YAML text of a plan's document."""
    schedules = [
        {key: value for key, value in schedule.items() if key != 'id'}
        for schedule in document['schedules']
    ]
    whole = {**document, 'schedules': schedules}
    told = {part: _ordered(whole.get(part)) for part in SCHEMA['properties']}
    kept = {part: one for part, one in told.items() if one not in _EMPTY}
    return _HEADER + yaml.dump(
        kept, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=79
    )


def _ordered(value):
    """What tells things apart comes first; Mistral sorts by the alphabet."""
    if isinstance(value, list):
        return [_ordered(one) for one in value]
    if not isinstance(value, dict):
        return value
    first = [key for key in _FIRST if key in value]
    keys = [*first, *(key for key in value if key not in _FIRST)]
    return {key: _ordered(value[key]) for key in keys}


class _Dumper(yaml.SafeDumper):
    """Writes out the separators that YAML reads as ends of lines."""

    def represent_str(self, text):
        odd = not _SEPARATORS.isdisjoint(text)
        tag = 'tag:yaml.org,2002:str'
        return self.represent_scalar(tag, text, '"' if odd else None)


_Dumper.add_representer(str, _Dumper.represent_str)


def read(content):
    """The document that a file (bytes) describes, with new ids of its own.

    Refused, in at most a few sentences, when it describes none.
    """
    text = _text(content)
    try:
        _inspect(text)
        found = yaml.load(text, Loader=_Loader)  # noqa: S506  a safe one
    except yaml.MarkedYAMLError as error:
        raise exceptions.Refused(_placed(error)) from error
    except (yaml.YAMLError, ValueError) as error:
        raise exceptions.Refused("This is no YAML that a plan has.") from error
    _check(found)
    schedules = [
        {'id': str(uuid.uuid4()), **schedule}
        for schedule in found.get('schedules', ())
    ]
    document = {
        'description': '',
        'resources': [],
        **found,
        'id': str(uuid.uuid4()),
        'schedules': schedules,
    }
    return plan_document.check(document)


def _text(content):
    if len(content) > LARGEST:
        raise exceptions.Refused(
            f"The file is too large: a plan has at most {LARGEST // 1024} KiB."
        )
    try:
        return content.decode('utf-8-sig')
    except UnicodeDecodeError as error:
        raise exceptions.Refused("The file is no text in UTF-8.") from error


def _inspect(text):
    """Refuse what a plan never has, before anything is built of it."""
    depth = documents = 0
    for event in yaml.parse(text, Loader=_Loader):
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
        if documents > 1:
            raise exceptions.Refused("The file has more than one document.")
        if isinstance(event, yaml.AliasEvent) or getattr(event, 'anchor', ''):
            raise _refusal(event, "anchors and aliases")
        if getattr(event, 'tag', None):
            raise _refusal(event, "tags")
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEEPEST:
            raise _refusal(event, "parts as deep as this one")


def _refusal(event, what):
    line = event.start_mark.line + 1
    return exceptions.Refused(f"Line {line}: a plan has no {what}.")


def _placed(error):
    mark = error.problem_mark or error.context_mark
    where = f"Line {mark.line + 1}" if mark else "Somewhere"
    return f"{where}: this is no YAML that a plan has."


def _check(found):
    problems = schema_validation.located(SCHEMA, found)
    if problems:
        shown = [f'{p[:100]}: {w}' for p, w in problems[:_MOST_TOLD]]
        raise exceptions.Refused(' '.join(shown))


class _Loader(getattr(yaml, 'CSafeLoader', yaml.SafeLoader)):
    """The scalars of JSON, as YAML 1.2 has them; no key comes twice.

    YAML 1.1 takes 12:30 for a number and ``no`` for a truth value.
    """

    yaml_implicit_resolvers = {}

    def construct_mapping(self, node, deep=False):  # noqa: FBT002  as PyYAML
        seen = set()
        for key, _value in node.value:
            if key.tag != 'tag:yaml.org,2002:str' or key.value in seen:
                raise yaml.constructor.ConstructorError(
                    problem='a key', problem_mark=key.start_mark
                )
            seen.add(key.value)
        return super().construct_mapping(node, deep)

    def construct_decimal(self, node):
        """YAML 1.1 takes 010 for 8."""
        return int(node.value)


_Loader.add_constructor('tag:yaml.org,2002:int', _Loader.construct_decimal)
for _tag, _pattern, _first in (
    ('null', r'~|null|', ['~', 'n', '']),
    ('bool', r'true|false', list('tf')),
    ('int', r'[-+]?[0-9]+', list('-+0123456789')),
    (
        'float',
        r'[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?',
        list('-+.0123456789'),
    ),
):
    _Loader.add_implicit_resolver(
        f'tag:yaml.org,2002:{_tag}', re.compile(rf'(?:{_pattern})\Z'), _first
    )
