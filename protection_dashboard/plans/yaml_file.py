# SPDX-License-Identifier: Apache-2.0
"""A plan as a YAML file, and back.

A file has no pins, and no ids of the plan and its schedules: these belong to
the project that it came from. A file may be hostile: its size and each event
of PyYAML's parser are checked before any object is made of it.
"""

from collections.abc import Iterable
import re
from typing import Any
import uuid

import yaml

from protection_dashboard import exceptions
from protection_dashboard.plans import schema as plan_schema
from protection_dashboard.plans import validation as plan_validation
from protection_dashboard.plans.schema import PlanDocument
from protection_dashboard.schemas import validation as schema_validation

MAX_BYTES = 256 * 1024  # bytes
#: levels of a file; a plan document has fewer
_MAX_DEPTH = 20
#: problems of a file that are shown
_MAX_PROBLEMS = 10
_HEADER = "# A plan: import it under Project > Protection > Plans.\n"
#: keys that stand before others in a file
_FIRST = ('type', 'name', 'id', 'protection', 'pattern', 'zone')
#: characters that YAML reads as ends of lines and PyYAML writes as they are
_SEPARATORS = frozenset('\x85\u2028\u2029')
_EMPTY: tuple[Any, ...] = ('', [], {}, None)
_SCHEDULE = plan_schema.SCHEMA['properties']['schedules']['items']


def _without(
    schema: dict[str, Any], *names: str, required: Iterable[str]
) -> dict[str, Any]:
    """An object's schema without some of its properties."""
    kept = {k: v for k, v in schema['properties'].items() if k not in names}
    return {**schema, 'properties': kept, 'required': list(required)}


#: the JSON Schema of a file
SCHEMA = _without(
    plan_schema.SCHEMA, 'id', 'pins', required=('version', 'name')
)
SCHEMA['properties']['schedules'] = {
    **plan_schema.SCHEMA['properties']['schedules'],
    'items': _without(_SCHEDULE, 'id', required=('pattern', 'zone')),
}


def plan_to_yaml(document: PlanDocument) -> str:
    """The YAML text of a plan's document."""
    schedules = [
        {key: value for key, value in schedule.items() if key != 'id'}
        for schedule in document['schedules']
    ]
    whole: dict[str, Any] = {**document, 'schedules': schedules}
    parts = {part: _ordered(whole.get(part)) for part in SCHEMA['properties']}
    given = {part: one for part, one in parts.items() if one not in _EMPTY}
    text: str = yaml.dump(
        given, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=79
    )
    return _HEADER + text


def _ordered(value: Any) -> Any:
    """A value of JSON with the keys that identify things (_FIRST) first.

    Mistral gives keys in alphabetical order.
    """
    if isinstance(value, list):
        return [_ordered(one) for one in value]
    if not isinstance(value, dict):
        return value
    first = [key for key in _FIRST if key in value]
    keys = [*first, *(key for key in value if key not in _FIRST)]
    return {key: _ordered(value[key]) for key in keys}


class _Dumper(yaml.SafeDumper):
    """Escapes _SEPARATORS."""

    def represent_str(self, text: str) -> yaml.ScalarNode:
        escaped = not _SEPARATORS.isdisjoint(text)
        tag = 'tag:yaml.org,2002:str'
        return self.represent_scalar(tag, text, '"' if escaped else None)


_Dumper.add_representer(str, _Dumper.represent_str)


def plan_from_yaml(content: bytes) -> PlanDocument:
    """The document that a file describes, with new ids.

    Refused, with at most _MAX_PROBLEMS reasons, when it describes none.
    """
    text = _text(content)
    try:
        _inspect(text)
        found = yaml.load(text, Loader=_Loader)  # noqa: S506  a safe one
    except yaml.MarkedYAMLError as error:
        raise exceptions.Refused(_syntax_error(error)) from error
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
    return plan_validation.check_document(document)


def _text(content: bytes) -> str:
    if len(content) > MAX_BYTES:
        raise exceptions.Refused(
            "The file is too large: a plan has at most "
            f"{MAX_BYTES // 1024} KiB."
        )
    try:
        return content.decode('utf-8-sig')
    except UnicodeDecodeError as error:
        raise exceptions.Refused("The file is no text in UTF-8.") from error


def _inspect(text: str) -> None:
    """Refuse YAML that no plan has, before objects are made of it."""
    depth = documents = 0
    for event in yaml.parse(text, Loader=_Loader):
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
        if documents > 1:
            raise exceptions.Refused("The file has more than one document.")
        has_anchor = bool(getattr(event, 'anchor', None))
        if has_anchor or isinstance(event, yaml.AliasEvent):
            raise _refusal(event, "anchors and aliases")
        if getattr(event, 'tag', None):
            raise _refusal(event, "tags")
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > _MAX_DEPTH:
            raise _refusal(event, "parts as deep as this one")


def _refusal(event: yaml.Event, what: str) -> exceptions.Refused:
    place = _place(event.start_mark)
    return exceptions.Refused(f"{place}: a plan has no {what}.")


def _syntax_error(error: yaml.MarkedYAMLError) -> str:
    place = _place(error.problem_mark or error.context_mark)
    return f"{place}: this is no YAML that a plan has."


def _place(mark: Any) -> str:
    """Where a mark of PyYAML points to; it may be None."""
    return f"Line {mark.line + 1}" if mark else "Somewhere"


def _check(found: Any) -> None:
    """Refuse what is not valid by SCHEMA, with the paths of the faults."""
    problems = schema_validation.located_errors(SCHEMA, found)
    if problems:
        shown = [f'{p[:100]}: {w}' for p, w in problems[:_MAX_PROBLEMS]]
        raise exceptions.Refused(' '.join(shown))


#: the one in C where it is there
_SafeLoader: Any = getattr(yaml, 'CSafeLoader', yaml.SafeLoader)


class _Loader(_SafeLoader):
    """Reads the scalars of JSON, as YAML 1.2 does, and refuses double keys.

    YAML 1.1, which PyYAML reads, takes 12:30 for a number and ``no`` for a
    truth value.
    """

    yaml_implicit_resolvers: dict[str, Any] = {}

    def construct_mapping(
        self,
        node: yaml.MappingNode,
        deep: bool = False,  # noqa: FBT001, FBT002  as PyYAML
    ) -> dict[str, Any]:
        seen = set()
        for key, _value in node.value:
            if key.tag != 'tag:yaml.org,2002:str' or key.value in seen:
                raise yaml.constructor.ConstructorError(
                    problem='a key', problem_mark=key.start_mark
                )
            seen.add(key.value)
        mapping: dict[str, Any] = super().construct_mapping(node, deep)
        return mapping

    def construct_decimal(self, node: yaml.ScalarNode) -> int:
        """An integer in decimal: YAML 1.1 takes 010 for 8."""
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
    # text that the loader would take for something else is written in quotes
    for _reader_or_writer in (_Loader, _Dumper):
        _reader_or_writer.add_implicit_resolver(
            f'tag:yaml.org,2002:{_tag}',
            re.compile(rf'(?:{_pattern})\Z'),
            _first,
        )
